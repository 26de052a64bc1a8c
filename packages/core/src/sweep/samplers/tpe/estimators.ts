import { bandwidths } from '../../density/bandwidths.js';
import { ChoiceKernels, type Kernels, logMassOf, NormalKernels, SteppedKernels } from '../../density/kernels.js';
import { Mixture } from '../../density/mixture.js';
import { recencyWeights } from '../../density/recency-weights.js';
import type { Column } from './column.js';
import type { Group } from './groups.js';
import type { History } from './history.js';
import { side } from './split.js';

/** The weight of the prior, of the best and of other observations it is the same. */
const priorWeight = 1;

/** The densities of good and of bad trials over the parameters of a group. */
export interface Estimators {
  readonly good: Mixture;
  readonly bad: Mixture;
}

/**
 * Parzen estimators of the trials of each side in which the group is active (Bergstra et al., "Algorithms for
 * hyper-parameter optimization", 2011).
 * @param sides of each trial, as `split` returns
 * @param areGoodEqual whether the good trials weigh the same, whatever their age: with several objectives
 */
export function estimate(history: History, group: Group, sides: Uint8Array, areGoodEqual: boolean): Estimators {
  const columns = group.axes.map(({ index }) => history.columns[index]!);
  const good = rowsOf(sides, side.good, columns[0]!);
  const bad = rowsOf(sides, side.bad, columns[0]!);
  const weigh = areGoodEqual ? (count: number) => new Float64Array(count).fill(1) : recencyWeights;
  return {
    good: mixtureOf(columns, good, weigh(good.length)),
    bad: mixtureOf(columns, bad, recencyWeights(bad.length)),
  };
}

function rowsOf(sides: Uint8Array, wanted: number, column: Column): Int32Array {
  const rows = new Int32Array(sides.length);
  let count = 0;
  for (let row = 0; row < sides.length; row++) {
    if (sides[row] === wanted && !Number.isNaN(column.points[row])) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** @param rows ascending; `weights` are theirs */
function mixtureOf(columns: readonly Column[], rows: Int32Array, weights: Float64Array): Mixture {
  const withPrior = new Float64Array(rows.length + 1);
  withPrior.set(weights);
  withPrior[rows.length] = priorWeight;
  return new Mixture(
    withPrior,
    columns.map((column) => kernelsOf(column, rows)),
  );
}

function kernelsOf(column: Column, rows: Int32Array): Kernels {
  const { axis } = column;
  const count = rows.length;
  if (axis.kind === 'choice')
    return new ChoiceKernels(
      axis,
      Float64Array.from(rows, (row) => column.points[row]!),
    );
  const sortedPlaces = placesByCenter(column, rows);
  const sorted = Float64Array.from(sortedPlaces, (place) => column.centers[rows[place]!]!);
  const sortedDeviations = new Float64Array(count);
  bandwidths(sorted, axis.low, axis.high, sortedDeviations);
  const centers = new Float64Array(count + 1);
  const deviations = new Float64Array(count + 1);
  const logMasses = new Float64Array(count + 1);
  for (let at = 0; at < count; at++) {
    const place = sortedPlaces[at]!;
    centers[place] = sorted[at]!;
    deviations[place] = sortedDeviations[at]!;
    logMasses[place] = column.logMass(rows[place]!, sortedDeviations[at]!);
  }
  centers[count] = (axis.low + axis.high) / 2;
  deviations[count] = axis.high - axis.low;
  logMasses[count] = logMassOf(axis, centers[count]!, deviations[count]!);
  const OfAxis = axis.step === 0 ? NormalKernels : SteppedKernels;
  return new OfAxis(axis, centers, deviations, logMasses);
}

/** Indices into `rows`, in ascending order of the rows' centers, then of rows. */
function placesByCenter({ centers, order }: Column, rows: Int32Array): Int32Array {
  const places = Int32Array.from(rows, (_, place) => place);
  // Sorting a few is faster than finding them among all.
  if (rows.length * 16 < order.length) return places.sort((a, b) => centers[rows[a]!]! - centers[rows[b]!]! || a - b);
  const placeOf = new Int32Array(centers.length).fill(-1);
  for (let place = 0; place < rows.length; place++) placeOf[rows[place]!] = place;
  let next = 0;
  for (let at = 0; at < order.length; at++) {
    const place = placeOf[order[at]!]!;
    if (place >= 0) places[next++] = place;
  }
  return places;
}
