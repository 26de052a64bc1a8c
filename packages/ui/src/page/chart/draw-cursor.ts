import type { ChartLayout } from './chart-layout.js';
import type { ChartTheme } from './chart-theme.js';
import { drawCurves } from './draw-curves.js';
import { runColor } from './run-palette.js';
import type { StyledCurve } from './styled-curves.js';
import type { ValueAt } from './values-at.js';

/** Draws what follows the pointer: the crosshair, the values at it, and the emphasized run above the faded others. */
export function drawCursor(
  context: CanvasRenderingContext2D,
  layout: ChartLayout,
  theme: ChartTheme,
  curves: readonly StyledCurve[],
  values: readonly ValueAt[],
  x: number | null,
  run: string | null,
): void {
  const { box } = layout;
  const emphasized = run === null ? [] : curves.filter((style) => style.run.id === run);
  drawCurves(context, layout, theme, emphasized, []);
  if (x === null) return;
  const at = layout.x.toPixel(x);
  if (at < box.left || at > box.right) return;
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(Math.round(at) + 0.5, box.top);
  context.lineTo(Math.round(at) + 0.5, box.bottom);
  context.stroke();
  const styles = new Map(curves.map((style) => [style.curve, style]));
  for (const { curve, x: place, value, smoothed } of values) {
    const style = styles.get(curve);
    const shown = smoothed ?? value;
    if (style === undefined || !Number.isFinite(shown) || (layout.y.log && shown <= 0)) continue;
    if (run !== null && style.run.id !== run) continue;
    context.fillStyle = runColor(style.run.color, theme.isDark);
    context.beginPath();
    context.arc(layout.x.toPixel(place), layout.y.toPixel(shown), 3, 0, 2 * Math.PI);
    context.fill();
  }
}
