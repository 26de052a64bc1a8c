import type { AxisScale } from './axis-scale.js';
import type { Range } from './chart-data.js';

/**
 * The range after a zoom around a pixel and a move.
 * @param factor less than 1 shows less
 * @param move pixels, to the right for later places
 */
export function zoomed({ range, toPixel, toValue }: AxisScale, around: number, factor: number, move = 0): Range {
  const at = (value: number) => toValue(around + (toPixel(value) - around) * factor + move);
  return { from: at(range.from), to: at(range.to) };
}

/**
 * A range that a person asks for, within what there is; null for all of it. A moved range keeps its length at the ends.
 * @param least the shortest length
 */
export function withinWhole(wanted: Range, whole: Range, log: boolean, least: number): Range | null {
  const forward = log ? Math.log : (value: number) => value;
  const back = log ? Math.exp : (value: number) => value;
  const [start, end] = [forward(whole.from), forward(whole.to)];
  let [from, to] = [forward(wanted.from), forward(wanted.to)];
  if (!Number.isFinite(to - from)) return null;
  const shortest = log ? Math.log1p(least / wanted.from) : least;
  if (to - from < shortest) {
    const middle = (from + to) / 2;
    [from, to] = [middle - shortest / 2, middle + shortest / 2];
  }
  const length = to - from;
  if (length >= end - start) return null;
  if (from < start) [from, to] = [start, start + length];
  if (to > end) [from, to] = [end - length, end];
  return rounded({ from: back(from), to: back(to) });
}

/** Ends in as few digits as tell apart a thousandth of the range: they are in addresses. */
function rounded({ from, to }: Range): Range {
  const digits = Math.min(
    15,
    Math.max(1, Math.ceil(Math.log10(Math.max(Math.abs(from), Math.abs(to)) / (to - from))) + 4),
  );
  return { from: Number(from.toPrecision(digits)), to: Number(to.toPrecision(digits)) };
}
