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
  /** The node's attributes with a body that collects so many values more, in the iterations' order. */
  attributesWith(body: Graph, more: number): Attributes;
}

/**
 * The states as each iteration found them. Where the body collects the state it returns, that is what the node returned,
 * one iteration later; for other states the iterations are made once more, and collect them: recurrent layers do well to
 * collect all their states.
 */
export function statesBefore(node: Node, layout: StateLayout): Sequence[] {
  const outputs = [...layout.body.outputs.values()];
  const firstCollected = layout.firstBodyOutput + layout.count;
  const found = Array.from({ length: layout.count }, (_, state): Sequence | undefined => {
    const at = outputs.indexOf(outputs[layout.firstBodyOutput + state]!, firstCollected) - firstCollected;
    if (at < 0) return undefined;
    const initial = node.inputs[layout.firstInput + state]!;
    return delayed(initial, node.outputs[layout.count + at]!, layout.lastFirst(at));
  });
  const missing = found.flatMap((sequence, state) => (sequence ? [] : [state]));
  if (missing.length === 0) return found as Sequence[];
  const again = collectOnceMore(node, layout, missing);
  return found.map((sequence, state) => sequence ?? { value: again[missing.indexOf(state)]!, lastFirst: false });
}

/** What each iteration found, from what each iteration left. */
function delayed(initial: Value, left: Value, lastFirst: boolean): Sequence {
  const first = unsqueeze(initial, [0]);
  const value = lastFirst
    ? slice(concat([left, first], 0), [1], [Number.MAX_SAFE_INTEGER], [0])
    : slice(concat([first, left], 0), [0], [-1], [0]);
  return { value, lastFirst };
}

function collectOnceMore(node: Node, layout: StateLayout, states: readonly number[]): readonly Value[] {
  const body = copyOfBody(layout.body);
  const outputs = new Map(body.outputs);
  for (const state of states)
    outputs.set(`state_before_${outputs.size}`, identity(body.inputs[layout.firstBodyInput + state]!));
  const longer: Graph = { inputs: body.inputs, outputs };
  const attributes = { ...layout.attributesWith(longer, states.length), body: graphAttribute(longer) };
  return makeNode({ op: node.op, inputs: node.inputs, attributes }).slice(-states.length);
}
