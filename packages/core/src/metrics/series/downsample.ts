import type { CurveLine } from '../curves/curve.js';
import type { DrawnValues } from './drawn-values.js';
import { type GridRange, PixelGrid } from './pixel-grid.js';
import { firstNear, firstWhere, type PositionList } from './position-list.js';

/** The horizontal places of values, ascending. */
export interface Places {
  readonly length: number;
  at(position: number): number;
}

/** Up to so many points a pixel, all are returned: a person may want to see them. */
const fewPerPixel = 2;

/**
 * The lines between gaps, with the first, lowest, highest and last value of each column of pixels: drawn on these columns
 * they look exactly as with all values. The next values outside are included, so that lines lead to the edges. A gap
 * within a column is not visible. The time needed depends on the columns, hardly on the number of values.
 * Source: Jugel, Jerzak, Hackenbroich, Markl: M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014.
 * @param breaks places where lines end too, ascending: a value there starts a new line
 */
export function downsampleValues(
  places: Places,
  { values, gaps, extremes }: DrawnValues,
  range: GridRange,
  breaks: readonly number[],
): CurveLine[] {
  const [start, end] = positionsIn(places, range);
  const { floats } = values;
  const hasBreaks = breaks.length > 0;
  const isBroken = (from: number, to: number) =>
    (!gaps.isEmpty && gaps.isBetween(from, to)) ||
    (hasBreaks && isBreakBetween(breaks, places.at(from), places.at(to)));
  const lines: { x: number[]; y: number[] }[] = [];
  let line: { x: number[]; y: number[] } = { x: [], y: [] };
  let before = -1;
  const add = (position: number, joined: boolean) => {
    if (position === before) return;
    if (before < 0 || (!joined && isBroken(before, position))) {
      line = { x: [], y: [] };
      lines.push(line);
    }
    line.x.push(places.at(position));
    line.y.push(floats[position]!);
    before = position;
  };
  const isDrawable = (position: number) =>
    position >= 0 &&
    position < places.length &&
    Number.isFinite(places.at(position)) &&
    isOnAxis(places.at(position), range.log);
  const left = gaps.skipBack(start - 1);
  const first = gaps.skipForward(start);
  if (isDrawable(left) && isDrawable(first) && !isBroken(left, first)) add(left, false);
  for (const column of columnsOf(places, range, start, end)) {
    const shown = gaps.skipForward(column.start);
    if (shown >= column.end) continue;
    add(shown, false);
    if (column.end - column.start === 1) continue;
    const { lowest, highest } = extremes.inRange(column.start, column.end);
    add(Math.min(lowest, highest), true);
    add(Math.max(lowest, highest), true);
    add(gaps.skipBack(column.end - 1), true);
  }
  const right = gaps.skipForward(end);
  if (before >= 0 && isDrawable(right) && !isBroken(before, right)) add(right, false);
  return lines;
}

/** The first of some positions in each column of pixels. */
export function firstOfColumns(places: Places, positions: PositionList, range: GridRange): number[] {
  const [start, end] = positionsIn(places, range);
  const found: number[] = [];
  for (const column of columnsOf(places, range, start, end)) {
    const index = positions.indexFrom(column.start);
    if (index < positions.length && positions.array[index]! < column.end) {
      found.push(places.at(positions.array[index]!));
    }
  }
  return found;
}

/** The positions in a range whose ends are finite, from and to. */
export function positionsIn(places: Places, { from, to, log }: GridRange): readonly [number, number] {
  const start = firstWhere(0, places.length, (at) => places.at(at) >= from && isOnAxis(places.at(at), log));
  return [start, firstWhere(start, places.length, (at) => places.at(at) > to)];
}

function isOnAxis(x: number, log: boolean): boolean {
  return !log || x > 0;
}

function isBreakBetween(breaks: readonly number[], from: number, to: number): boolean {
  const next = breaks[firstWhere(0, breaks.length, (at) => breaks[at]! > from)];
  return next !== undefined && next <= to;
}

/** The positions of each column of pixels that has some; each position of its own where they are few. */
function* columnsOf(places: Places, range: GridRange, start: number, end: number) {
  if (end - start <= fewPerPixel * range.width) {
    for (let at = start; at < end; at++) yield { start: at, end: at + 1 };
    return;
  }
  const grid = new PixelGrid(range);
  // Columns mostly have as many values as the one before.
  let length = 1;
  for (let at = start; at < end; at += length) {
    const column = grid.columnOf(places.at(at));
    const isLater = (position: number) => grid.columnOf(places.at(position)) > column;
    length = firstNear(at + length, at + 1, end, isLater) - at;
    yield { start: at, end: at + length };
  }
}
