import type { Curve, Line } from '../../protocol/curves.js';
import { firstAt } from './extents.js';

/** What a curve is at the crosshair. */
export interface ValueAt {
  readonly curve: Curve;
  /** Where its nearest value is. */
  readonly x: number;
  /** NaN or ±Infinity where the nearest value is not finite. */
  readonly value: number;
  /** Null without smoothing, and where the value is not finite. */
  readonly smoothed: number | null;
}

/** The nearest value of each curve, the highest first. A curve that ended before or starts after the crosshair has none. */
export function valuesAt(curves: readonly Curve[], x: number, tolerance: number): readonly ValueAt[] {
  return curves
    .flatMap((curve) => nearestValue(curve, x, tolerance) ?? [])
    .sort((a, b) => rank(b) - rank(a) || a.curve.run.localeCompare(b.curve.run));
}

/** @param tolerance how far outside of the curve its end still counts */
function nearestValue(curve: Curve, x: number, tolerance: number): ValueAt | undefined {
  let found: Omit<ValueAt, 'curve' | 'smoothed'> | undefined;
  let distance = Number.POSITIVE_INFINITY;
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const consider = (place: number, value: number) => {
    if (Math.abs(place - x) >= distance) return;
    distance = Math.abs(place - x);
    found = { x: place, value };
  };
  const ends = (places: ArrayLike<number>) => {
    start = Math.min(start, places[0]!);
    end = Math.max(end, places[places.length - 1]!);
  };
  for (const { x: places, y } of curve.lines) {
    if (places.length === 0) continue;
    ends(places);
    const at = firstAt(places, x);
    if (at < places.length) consider(places[at]!, y[at]!);
    if (at > 0) consider(places[at - 1]!, y[at - 1]!);
  }
  for (const { value, x: places } of curve.notFinite) {
    if (places.length === 0) continue;
    ends(places);
    const at = firstAt(places, x);
    for (const place of [places[at], places[at - 1]]) if (place !== undefined) consider(place, Number(value));
  }
  if (found === undefined || x < start - tolerance || x > end + tolerance) return undefined;
  return { curve, ...found, smoothed: Number.isFinite(found.value) ? nearest(curve.smoothed ?? [], found.x) : null };
}

function nearest(lines: readonly Line[], x: number): number | null {
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

/** NaN is last. */
function rank({ value }: ValueAt): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
