import { graphAttribute } from '../../graph/ir/attributes.js';
import type { Attributes, Graph, Node, Value } from '../../graph/ir/graph.js';
import { makeNode } from '../../graph/make-node.js';
import { identity } from '../../ops/elementwise.js';
import { concat, slice, unsqueeze } from '../../ops/shape.js';
import { copyOfBody } from './operands.js';
import type { Sequence } from './reverse-scan.js';

/** Where the states of a Scan or a Loop are. */
export interface StateLayout {
  readonly body: Graph;
  readonly count: number;
  /** The first state among the node's inputs, the body's inputs and the body's outputs. */
  readonly firstInput: number;
  readonly firstBodyInput: number;
  readonly firstBodyOutput: number;
  /** Whether the node's collected output `at` has the last iteration first. */
  lastFirst(at: number): boolean;
  /** The node's attributes with a body that collects `more` additional values, in iteration order. */
  attributesWith(body: Graph, more: number): Attributes;
}

/**
 * The states before each iteration. Where the body collects a state after each iteration, that output is shifted by
 * one; for other states all iterations are computed a second time, so recurrent layers should collect all their states.
 */
export function statesBefore(node: Node, layout: StateLayout): Sequence[] {
  const outputs = [...layout.body.outputs.values()];
  const firstCollected = layout.firstBodyOutput + layout.count;
  const found = Array.from({ length: layout.count }, (_, state): Sequence | undefined => {
    const at = outputs.indexOf(outputs[layout.firstBodyOutput + state]!, firstCollected) - firstCollected;
    if (at < 0) return undefined;
    const initial = node.inputs[layout.firstInput + state]!;
    return shifted(initial, node.outputs[layout.count + at]!, layout.lastFirst(at));
  });
  const missing = found.flatMap((sequence, state) => (sequence ? [] : [state]));
  if (missing.length === 0) return found as Sequence[];
  const recomputed = recomputeStates(node, layout, missing);
  return found.map((sequence, state) => sequence ?? { value: recomputed[missing.indexOf(state)]!, lastFirst: false });
}

/** The states before each iteration, given the states after it. */
function shifted(initial: Value, after: Value, lastFirst: boolean): Sequence {
  const first = unsqueeze(initial, [0]);
  const value = lastFirst
    ? slice(concat([after, first], 0), [1], [Number.MAX_SAFE_INTEGER], [0])
    : slice(concat([first, after], 0), [0], [-1], [0]);
  return { value, lastFirst };
}

function recomputeStates(node: Node, layout: StateLayout, states: readonly number[]): readonly Value[] {
  const body = copyOfBody(layout.body);
  const outputs = new Map(body.outputs);
  for (const state of states)
    outputs.set(`state_before_${outputs.size}`, identity(body.inputs[layout.firstBodyInput + state]!));
  const longer: Graph = { inputs: body.inputs, outputs };
  const attributes = { ...layout.attributesWith(longer, states.length), body: graphAttribute(longer) };
  return makeNode({ op: node.op, inputs: node.inputs, attributes }).slice(-states.length);
}
