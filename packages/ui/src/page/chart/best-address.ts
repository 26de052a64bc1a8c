import { printableText } from '@forge-ml/core/text';
import type { ChartLayout } from './chart-layout.js';
import type { StyledCurve } from './styled-curves.js';

/** How far from ○ a click may be, CSS pixels: a finger is not more exact. */
const reach = 10;

/** The curve whose best point is at a pixel. */
export function bestAt(
  { x, y, box }: ChartLayout,
  curves: readonly StyledCurve[],
  left: number,
  top: number,
): StyledCurve | undefined {
  let found: StyledCurve | undefined;
  let distance = reach;
  for (const style of curves) {
    const { best } = style.curve;
    if (best === null) continue;
    const place = x.toPixel(best.x);
    const away = Math.hypot(place - left, y.toPixel(best.value) - top);
    if (!(away < distance) || place < box.left - 1 || place > box.right + 1) continue;
    distance = away;
    found = style;
  }
  return found;
}

/** The address of a best checkpoint, as commands take it: `churn/12 best:valid.auc`. */
export function bestAddress({ run, curve }: StyledCurve): string {
  return `${run.label} best:${printableText(curve.metric)}`;
}
