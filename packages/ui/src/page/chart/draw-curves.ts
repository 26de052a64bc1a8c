import type { Line } from '../../protocol/curves.js';
import type { Band } from './chart-data.js';
import type { ChartLayout } from './chart-layout.js';
import type { ChartTheme } from './chart-theme.js';
import { dashOf, runColor } from './run-palette.js';
import type { StyledCurve } from './styled-curves.js';

/** Draws lines, clipped to the area of the curves. */
export function drawCurves(
  context: CanvasRenderingContext2D,
  layout: ChartLayout,
  theme: ChartTheme,
  curves: readonly StyledCurve[],
  bands: readonly Band[],
): void {
  const { left, right, bottom } = layout.box;
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, bottom);
  context.clip();
  context.lineJoin = 'round';
  for (const band of bands) drawBand(context, layout, theme, band);
  const smooth = curves.some(({ curve }) => curve.smoothed !== null);
  for (const style of curves) {
    strokeLines(context, layout, theme, style, style.curve.lines, smooth ? 1 : 1.5, smooth ? 0.3 : 1);
  }
  for (const style of curves) strokeLines(context, layout, theme, style, style.curve.smoothed ?? [], 1.75, 1);
  context.restore();
}

function strokeLines(
  context: CanvasRenderingContext2D,
  layout: ChartLayout,
  theme: ChartTheme,
  { run, dash }: StyledCurve,
  lines: readonly Line[],
  width: number,
  alpha: number,
): void {
  if (lines.length === 0) return;
  context.strokeStyle = runColor(run.color, theme.isDark);
  context.globalAlpha = alpha;
  context.lineWidth = width;
  context.setLineDash([...dashOf(dash)]);
  context.beginPath();
  for (const line of lines) addPath(context, layout, line);
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function addPath(context: CanvasRenderingContext2D, { x: xScale, y: yScale }: ChartLayout, { x, y }: Line): void {
  let isOpen = false;
  for (let at = 0; at < x.length; at++) {
    // What a logarithmic axis cannot show is a gap.
    if ((yScale.log && y[at]! <= 0) || (xScale.log && x[at]! <= 0)) {
      isOpen = false;
      continue;
    }
    const [px, py] = [xScale.toPixel(x[at]!), yScale.toPixel(y[at]!)];
    if (isOpen) context.lineTo(px, py);
    else context.moveTo(px, py);
    isOpen = true;
  }
}

function drawBand(context: CanvasRenderingContext2D, layout: ChartLayout, theme: ChartTheme, band: Band): void {
  const { x, y } = layout;
  context.fillStyle = context.strokeStyle = runColor(band.color, theme.isDark);
  context.globalAlpha = 0.18;
  context.beginPath();
  for (let at = 0; at < band.low.x.length; at++) context.lineTo(x.toPixel(band.low.x[at]!), y.toPixel(band.low.y[at]!));
  for (let at = band.high.x.length - 1; at >= 0; at--) {
    context.lineTo(x.toPixel(band.high.x[at]!), y.toPixel(band.high.y[at]!));
  }
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.75;
  context.beginPath();
  addPath(context, layout, band.median);
  context.stroke();
}
