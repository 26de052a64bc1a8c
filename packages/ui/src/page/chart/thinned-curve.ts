import { downsampleLine } from '@forge-ml/core/curves';
import type { Curve, CurvesRequest, Line } from '../../protocol/curves.js';

/** Points a pixel of the screen that a growing curve may have: an answer has at most 4. */
const mostPerPixel = 12;

/**
 * A curve that has grown long with few points a pixel again: the memory of a page does not grow with a training. The columns
 * are half a pixel wide, so that the picture stays the same while the axis grows.
 */
export function thinnedCurve(curve: Curve, { from, to, width, logX: log, logY }: CurvesRequest): Curve {
  const count = curve.lines.reduce((sum, { x }) => sum + x.length, 0);
  if (count <= mostPerPixel * width) return curve;
  const range = { from: from ?? curve.lines[0]!.x[0]!, to: to ?? curve.last!.x, width: 2 * width, log };
  const thin = (lines: readonly Line[]) =>
    lines.flatMap(({ x, y }) =>
      downsampleLine(x, y, range, logY).map((line) => ({
        x: Float64Array.from(line.x),
        y: Float64Array.from(line.y),
      })),
    );
  return { ...curve, lines: thin(curve.lines), smoothed: curve.smoothed === null ? null : thin(curve.smoothed) };
}
