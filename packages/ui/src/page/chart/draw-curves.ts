import type { ChartBand } from './chart-data.js';
import type { ChartLayout } from './chart-layout.js';
import type { ChartTheme } from './chart-theme.js';
import { drawLines } from './draw-lines.js';
import type { Pen } from './pen.js';
import { dashesOf, inkOf } from './run-ink.js';
import type { StyledCurve } from './styled-curves.js';

/** What a part of a chart is drawn with. */
export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly layout: ChartLayout;
  readonly theme: ChartTheme;
  readonly pen: Pen;
}

/** Draws lines, the smoothed ones above all raw ones. */
export function drawCurves(drawing: Drawing, curves: readonly StyledCurve[], bands: readonly ChartBand[]): void {
  const { context, layout, theme, pen } = drawing;
  context.save();
  clipToBox(drawing);
  for (const band of bands) drawArea(drawing, band);
  const styleOf = ({ run, dash }: StyledCurve) => ({
    color: inkOf(run.color, theme.isDark),
    dashes: pen.hasDashes ? dashesOf(dash) : [],
  });
  for (const style of curves) {
    // Dashes of a thin raw line would hide its peaks.
    const dashes = style.curve.smoothed === null ? styleOf(style).dashes : [];
    drawLines(context, layout, style.curve.lines, { ...styleOf(style), ...pen.raw, dashes });
  }
  for (const style of curves) {
    if (style.curve.smoothed === null) continue;
    drawLines(context, layout, style.curve.smoothed, { ...styleOf(style), ...pen.smoothed, alpha: 1 });
  }
  for (const { color, dash, bands: parts } of bands) {
    const medians = parts.map(({ x, middle }) => ({ x: Float64Array.from(x), y: Float64Array.from(middle) }));
    drawLines(context, layout, medians, {
      color: inkOf(color, theme.isDark),
      width: 1.75,
      alpha: 1,
      dashes: dashesOf(dash),
    });
  }
  context.restore();
}

function clipToBox({ context, layout }: Drawing): void {
  const { left, right, top, bottom } = layout.box;
  context.beginPath();
  context.rect(left, top - 2, right - left, bottom - top + 4);
  context.clip();
}

function drawArea({ context, layout: { x, y }, theme }: Drawing, { color, bands }: ChartBand): void {
  context.fillStyle = inkOf(color, theme.isDark);
  context.globalAlpha = theme.isDark ? 0.25 : 0.16;
  for (const band of bands) {
    const floor = y.log ? y.range.from / 10 : Number.NEGATIVE_INFINITY;
    context.beginPath();
    for (let at = 0; at < band.x.length; at++) {
      context.lineTo(x.toPixel(band.x[at]!), y.toPixel(Math.max(floor, band.low[at]!)));
    }
    for (let at = band.x.length - 1; at >= 0; at--) {
      context.lineTo(x.toPixel(band.x[at]!), y.toPixel(Math.max(floor, band.high[at]!)));
    }
    context.fill();
  }
  context.globalAlpha = 1;
}
