import type { Curve } from '../../protocol/curves.js';
import type { ChartBand, Range } from './chart-data.js';

/** The part of the horizontal axis that the curves need: from 0 where that is not far away. Null without any value. */
export function horizontalExtent(curves: readonly Curve[], bands: readonly ChartBand[], log: boolean): Range | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const add = (x: number) => {
    if (log && x <= 0) return;
    if (x < low) low = x;
    if (x > high) high = x;
  };
  const addLine = ({ x }: { readonly x: ArrayLike<number> }) => {
    if (x.length > 0) add(x[x.length - 1]!);
    // A logarithmic axis starts at the first positive place.
    const first = log ? firstAt(x, Number.MIN_VALUE) : 0;
    if (first < x.length) add(x[first]!);
  };
  for (const { lines, notFinite, last } of curves) {
    for (const line of [...lines, ...notFinite]) addLine(line);
    if (last !== null) add(last.x);
  }
  for (const band of bands) for (const part of band.bands) addLine(part);
  if (low > high) return null;
  if (low === high) return log ? { from: low / 2, to: low * 2 } : { from: low - 0.5, to: low + 0.5 };
  return { from: !log && low > 0 && low < high / 10 ? 0 : low, to: high };
}

/** The values to show within a part of the horizontal axis, with a margin. */
export function verticalExtent(
  curves: readonly Curve[],
  bands: readonly ChartBand[],
  { from, to }: Range,
  log: boolean,
): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const addValue = (value: number) => {
    if (log && value <= 0) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  // A line is visible up to the edges, between its points too.
  const add = (x: ArrayLike<number>, y: ArrayLike<number>) => {
    let at = firstAt(x, from);
    if (at > 0 && at < x.length) addValue(valueBetween(x, y, at, from));
    for (; at < x.length && x[at]! <= to; at++) addValue(y[at]!);
    if (at > 0 && at < x.length) addValue(valueBetween(x, y, at, to));
  };
  for (const { lines, smoothed } of curves) for (const { x, y } of [...lines, ...(smoothed ?? [])]) add(x, y);
  for (const band of bands) {
    for (const { x, low: lows, high: highs } of band.bands) {
      add(x, lows);
      add(x, highs);
    }
  }
  if (low > high) return log ? { from: 0.1, to: 1 } : { from: 0, to: 1 };
  return log ? logMargin(low, high) : linearMargin(low, high);
}

/** The value of a line at a place between a point and the one before it. */
function valueBetween(x: ArrayLike<number>, y: ArrayLike<number>, at: number, place: number): number {
  const part = (place - x[at - 1]!) / (x[at]! - x[at - 1]!);
  return y[at - 1]! + part * (y[at]! - y[at - 1]!);
}

/** Relative: an average of equal values differs from them in its last bits, which are no shape. */
const roundingError = 1e-12;

function linearMargin(low: number, high: number): Range {
  const isConstant = high - low <= roundingError * Math.max(Math.abs(low), Math.abs(high));
  const margin = isConstant ? Math.abs(low) / 10 || 1 : (high - low) * 0.05;
  return { from: low - margin, to: high + margin };
}

function logMargin(low: number, high: number): Range {
  const factor = low === high ? 2 : (high / low) ** 0.05;
  return { from: low / factor, to: high * factor };
}

/** The position of the first number that is not less than `value`, in ascending numbers. */
export function firstAt(numbers: ArrayLike<number>, value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
