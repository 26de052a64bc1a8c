import type { CurveLine } from '../curves/curve.js';
import { downsampleValues } from './downsample.js';
import { IndexedValues } from './drawn-values.js';
import { NumberColumn } from './number-column.js';
import type { GridRange } from './pixel-grid.js';

/**
 * The lines that look on a grid of pixels exactly as all these values: those between gaps, at values that are not finite
 * (on a logarithmic vertical axis, not above 0).
 * @param x ascending
 * @param y as many
 * @param range what is drawn, and its width in device pixels
 * @param logY whether the vertical axis is logarithmic
 */
export function downsampleLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  range: GridRange,
  logY = false,
): CurveLine[] {
  const values = new NumberColumn('float64');
  for (let at = 0; at < y.length; at++) values.push(y[at]!);
  const places = { length: x.length, at: (position: number) => x[position]! };
  return downsampleValues(places, new IndexedValues(values).shown(logY), range, []);
}
