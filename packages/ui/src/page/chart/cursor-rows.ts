import type { Curve, Line } from '../../protocol/curves.js';
import type { ChartBand } from './chart-data.js';
import { firstAt } from './extents.js';
import type { StyledCurve } from './styled-curves.js';

/** What a line is at the crosshair. */
export interface CursorRow {
  /** Unique within the chart. */
  readonly key: string;
  /** The run, or the band: what the shared cursor emphasizes. */
  readonly id: string;
  readonly label: string;
  readonly color: number;
  readonly dash: number;
  /** Where its nearest value is. */
  readonly x: number;
  /** NaN or ±Infinity where the nearest value is not finite. */
  readonly value: number;
  /** Null without smoothing, and where the value is not finite. */
  readonly smoothed: number | null;
  /** The ends of a band around its median; null for a curve. */
  readonly spread: readonly [low: number, high: number] | null;
}

/**
 * The nearest value of each line, the highest first. A line that ended before or starts after the crosshair has none.
 * @param x null for the last value of each line
 * @param tolerance how far outside of a line its end still counts
 */
export function cursorRows(
  curves: readonly StyledCurve[],
  bands: readonly ChartBand[],
  x: number | null,
  tolerance = 0,
): readonly CursorRow[] {
  const rows = curves.flatMap(({ curve, run, label, dash }): CursorRow[] => {
    const found = nearestValue(curve, x ?? Number.POSITIVE_INFINITY, x === null ? Number.POSITIVE_INFINITY : tolerance);
    if (found === undefined) return [];
    const smoothed = Number.isFinite(found.value) ? nearestOf(curve.smoothed ?? [], found.x) : null;
    const key = `${curve.run} ${curve.metric}`;
    return [{ key, id: run.id, label, color: run.color, dash, ...found, smoothed, spread: null }];
  });
  return [...rows, ...bands.flatMap((band) => bandRow(band, x, tolerance) ?? [])].sort((a, b) => rank(b) - rank(a));
}

function nearestValue(curve: Curve, x: number, tolerance: number): Pick<CursorRow, 'x' | 'value'> | undefined {
  let found: Pick<CursorRow, 'x' | 'value'> | undefined;
  let distance = Number.POSITIVE_INFINITY;
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const consider = (places: ArrayLike<number>, valueAt: (at: number) => number) => {
    if (places.length === 0) return;
    start = Math.min(start, places[0]!);
    end = Math.max(end, places[places.length - 1]!);
    const after = firstAt(places, x);
    for (const at of [after, after - 1]) {
      const place = places[at];
      // At the end of all lines (x is infinite) the last place is the nearest.
      const away = place === undefined ? Number.NaN : x === Number.POSITIVE_INFINITY ? -place : Math.abs(place - x);
      if (!(away < distance)) continue;
      distance = away;
      found = { x: place!, value: valueAt(at) };
    }
  };
  for (const { x: places, y } of curve.lines) consider(places, (at) => y[at]!);
  for (const { value, x: places } of curve.notFinite) consider(places, () => Number(value));
  return x < start - tolerance || x > end + tolerance ? undefined : found;
}

function nearestOf(lines: readonly Line[], x: number): number | null {
  let found: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const after = firstAt(line.x, x);
    for (const at of [after, after - 1]) {
      const place = line.x[at];
      if (place === undefined || Math.abs(place - x) >= distance) continue;
      distance = Math.abs(place - x);
      found = line.y[at]!;
    }
  }
  return found;
}

function bandRow({ id, label, color, dash, bands }: ChartBand, x: number | null, tolerance: number) {
  for (const band of x === null ? bands.slice(-1) : bands) {
    const [start, end] = [band.x[0]!, band.x.at(-1)!];
    if (x !== null && (x < start - tolerance || x > end + tolerance)) continue;
    const after = x === null ? band.x.length : firstAt(band.x, x);
    const before = Math.max(0, after - 1);
    const isAfter = after < band.x.length && band.x[after]! - (x ?? 0) < (x ?? 0) - band.x[before]!;
    const at = isAfter ? after : before;
    const spread = [band.low[at]!, band.high[at]!] as const;
    return { key: id, id, label, color, dash, x: band.x[at]!, value: band.middle[at]!, smoothed: null, spread };
  }
  return undefined;
}

/** NaN is last. */
function rank({ value }: CursorRow): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

/** The rows to show where there is room for `most`: those around the emphasized one. */
export function rowsAround(rows: readonly CursorRow[], id: string | null, most: number) {
  if (rows.length <= most) return { rows, before: 0, after: 0 };
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === id),
  );
  const start = Math.min(Math.max(0, at - (most >> 1)), rows.length - most);
  return { rows: rows.slice(start, start + most), before: start, after: rows.length - start - most };
}
