import { tensor } from '../../tensor/tensor-data.js';
import type { MergingAccumulator, MetricContext } from './parts/accumulator.js';
import { MetricArray, type MetricArrays } from './parts/metric-array.js';

/** An example of a split. */
export interface Row {
  readonly y: number | readonly number[];
  readonly output: number | readonly number[];
  readonly w?: number;
}

export const context: MetricContext = { metric: 'm', labels: ['y'], saved: false };

export function arrayOf(rows: readonly (number | readonly number[])[]): MetricArray {
  const first = rows[0] ?? 0;
  const shape = typeof first === 'number' ? [rows.length] : [rows.length, first.length];
  return new MetricArray(tensor(Float64Array.from(rows.flat() as number[]), shape));
}

export function batchOf(rows: readonly Row[]): MetricArrays {
  return { y: arrayOf(rows.map(({ y }) => y)), w: arrayOf(rows.map(({ w = 1 }) => w)) };
}

export function outputsOf(rows: readonly Row[]): MetricArrays {
  return { output: arrayOf(rows.map(({ output }) => output)) };
}

/** The state of an accumulator after batches of these sizes, and the rest. */
export function stateOf<State>(
  accumulator: MergingAccumulator<State, unknown>,
  rows: readonly Row[],
  sizes: readonly number[] = [],
  given = context,
): State {
  let state = accumulator.start();
  let at = 0;
  for (const size of [...sizes, rows.length]) {
    const part = rows.slice(at, at + size);
    at += size;
    if (part.length > 0) state = accumulator.add(state, batchOf(part), outputsOf(part), given) ?? state;
  }
  return state;
}

export function resultOf<Result>(
  accumulator: MergingAccumulator<unknown, Result>,
  rows: readonly Row[],
  given = context,
): Result {
  return accumulator.result(stateOf(accumulator, rows, [], given));
}
