import type { Value } from '../graph/ir/graph.js';
import { indices } from '../graph/ir/values.js';
import { scan } from '../ops/control.js';
import { cast } from '../ops/elementwise.js';
import { less, where } from '../ops/logic.js';
import { concat, constantOfShape, range, reshape, shapeOf, split, squeeze, unsqueeze } from '../ops/shape.js';

/**
 * Sequences of a known length up to this are unrolled: the overhead of a Scan's iterations costs more than the copies.
 */
const longestUnrolled = 8;

/**
 * Maps the input of one time step, [batch, …], and the states before it to the states after it; the first is the
 * output.
 */
export type Cell = (inputs: Value, states: readonly Value[]) => readonly Value[];

export interface OverTime {
  /** [time, batch, width]. */
  readonly inputs: Value;
  /** bool [time, batch, 1], false where a sequence has ended; undefined where all are of full length. */
  readonly mask: Value | undefined;
  readonly initial: readonly Value[];
  readonly cell: Cell;
  readonly reverse: boolean;
}

export interface Passed {
  /** [time, batch, hidden], in the order of the input, for both directions. */
  readonly outputs: Value;
  readonly states: readonly Value[];
}

/** Applies a cell at each time step. Where a sequence has ended, states stay and outputs are zero. */
export function overTime(pass: OverTime): Passed {
  const times = pass.inputs.shape[0]!;
  return typeof times === 'number' && times >= 1 && times <= longestUnrolled ? unrolled(pass, times) : scanned(pass);
}

function iteration(
  { cell }: OverTime,
  inputs: Value,
  mask: Value | undefined,
  before: readonly Value[],
): readonly Value[] {
  const after = cell(inputs, before);
  return mask === undefined
    ? [...after, after[0]!]
    : [...after.map((value, at) => where(mask, value, before[at]!)), where(mask, after[0]!, 0)];
}

function scanned(pass: OverTime): Passed {
  const { inputs, mask, initial, reverse } = pass;
  const body = (states: readonly Value[], [element, valid]: readonly Value[]) => {
    const results = iteration(pass, element!, valid, states);
    return { states: results.slice(0, -1), scans: results.slice(-1) };
  };
  const { states, scans } = scan(initial, mask === undefined ? [inputs] : [inputs, mask], body, { reverse });
  return { outputs: scans[0]!, states };
}

function unrolled(pass: OverTime, times: number): Passed {
  const [elements, masks] = [pass.inputs, pass.mask].map((value) => value && eachTime(value, times));
  const outputs: Value[] = [];
  let states = pass.initial;
  for (let count = 0; count < times; count++) {
    const at = pass.reverse ? times - 1 - count : count;
    const results = iteration(pass, elements![at]!, masks?.[at], states);
    states = results.slice(0, -1);
    outputs[at] = unsqueeze(results.at(-1)!, [0]);
  }
  return { outputs: concat(outputs, 0), states };
}

function eachTime(value: Value, times: number): readonly Value[] {
  return split(value, new Array<number>(times).fill(1), 0).map((piece) => squeeze(piece, [0]));
}

/** Zeros [batch, width] for a sequence [time, batch, …]. */
export function zeroState(sequence: Value, width: number): Value {
  const batch = sequence.shape[1]!;
  const sizes =
    typeof batch === 'number' ? indices([batch, width]) : concat([shapeOf(sequence, 1, 2), indices([width])], 0);
  return constantOfShape(sizes, 0, sequence.dtype);
}

/** bool [time, batch, 1]: true until each sequence, of `lengths` [batch], has ended. */
export function sequenceMask(sequence: Value, lengths: Value): Value {
  const time = unsqueeze(range(0, squeeze(shapeOf(sequence, 0, 1), [0])), [1, 2]);
  return less(time, reshape(cast(lengths, 'int64'), [1, -1, 1]));
}
