import { known } from '../errors/options.js';
import { graphAttribute, int, ints } from '../graph/ir/attributes.js';
import type { Graph, InputValue, Value } from '../graph/ir/graph.js';
import { input, scalar } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';

/** What a loop's body returns. */
export interface BodyResult {
  /** The next states, of the same types. */
  readonly states: readonly Value[];
  /** Collected along a new first dimension. */
  readonly scans?: readonly Value[];
}

export interface LoopIteration extends BodyResult {
  /** bool, 0-d: whether to run another iteration. Default: true. */
  readonly condition?: Value;
}

export interface LoopResult {
  readonly states: readonly Value[];
  readonly scans: readonly Value[];
}

/**
 * Runs `body` `trips` times, each iteration on the states of the last one; outer values may be used directly.
 * `body` gets the iteration's number (int64, from 0) and the states.
 */
export function loop(
  trips: Value | number,
  states: readonly Value[],
  body: (iteration: Value, states: readonly Value[]) => LoopIteration,
  options: { condition?: Value } = {},
): LoopResult {
  const { condition } = known('ops.loop', options, ['condition']);
  const iteration = input('iteration', 'int64', []);
  const keepGoing = input('condition', 'bool', []);
  const carried = carriedInputs(states);
  const made = body(iteration, carried);
  const graph: Graph = {
    inputs: [iteration, keepGoing, ...carried],
    outputs: new Map([['next_condition', made.condition ?? keepGoing], ...namedResults(made)]),
  };
  const inputs = [typeof trips === 'number' ? scalar(trips, 'int64') : trips, condition ?? null, ...states];
  return parted(makeNode({ op: 'Loop', inputs, attributes: { body: graphAttribute(graph) } }), states.length);
}

/**
 * Runs `body` once for each element along the first dimension of `sequences`, in order or backwards (collected values
 * are still in the sequences' order).
 */
export function scan(
  states: readonly Value[],
  sequences: readonly Value[],
  body: (states: readonly Value[], elements: readonly Value[]) => BodyResult,
  options: { reverse?: boolean } = {},
): LoopResult {
  const { reverse = false } = known('ops.scan', options, ['reverse']);
  const carried = carriedInputs(states);
  const elements = sequences.map(({ dtype, shape }, at) => input(`element_${at}`, dtype, shape.slice(1)));
  const made = body(carried, elements);
  const graph: Graph = { inputs: [...carried, ...elements], outputs: new Map(namedResults(made)) };
  const collected = made.scans?.length ?? 0;
  const backwards = reverse
    ? {
        scan_input_directions: ints(sequences.map(() => 1)),
        ...(collected === 0 ? {} : { scan_output_directions: ints(Array<number>(collected).fill(1)) }),
      }
    : {};
  const attributes = { body: graphAttribute(graph), num_scan_inputs: int(sequences.length), ...backwards };
  return parted(makeNode({ op: 'Scan', inputs: [...states, ...sequences], attributes }), states.length);
}

/** The first values where the condition (bool, one number) holds, else the others; only the chosen ones are computed. */
export function ifThenElse(condition: Value, then: readonly Value[], otherwise: readonly Value[]): readonly Value[] {
  const branch = (values: readonly Value[]): Graph => ({
    inputs: [],
    outputs: new Map(values.map((value, at) => [`output_${at}`, value])),
  });
  return makeNode({
    op: 'If',
    inputs: [condition],
    attributes: { then_branch: graphAttribute(branch(then)), else_branch: graphAttribute(branch(otherwise)) },
  });
}

function carriedInputs(states: readonly Value[]): InputValue[] {
  return states.map(({ dtype, shape }, at) => input(`state_${at}`, dtype, shape));
}

function namedResults({ states, scans = [] }: BodyResult): [string, Value][] {
  return [
    ...states.map((value, at): [string, Value] => [`next_state_${at}`, value]),
    ...scans.map((value, at): [string, Value] => [`scan_${at}`, value]),
  ];
}

function parted(outputs: readonly Value[], count: number): LoopResult {
  return { states: outputs.slice(0, count), scans: outputs.slice(count) };
}
