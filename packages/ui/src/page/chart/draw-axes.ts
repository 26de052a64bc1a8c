import type { ChartLayout } from './chart-layout.js';
import type { ChartTheme } from './chart-theme.js';

/** Draws the lines of the grid, the axis and the texts beside them. */
export function drawAxes(context: CanvasRenderingContext2D, layout: ChartLayout, theme: ChartTheme): void {
  const { box, x, y, xTicks, yTicks, xTitle } = layout;
  context.font = theme.font;
  context.lineWidth = 1;
  context.strokeStyle = theme.hairline;
  context.beginPath();
  for (const { value } of yTicks) {
    const at = Math.round(y.toPixel(value)) + 0.5;
    context.moveTo(box.left, at);
    context.lineTo(box.right, at);
  }
  context.stroke();
  context.strokeStyle = theme.muted;
  context.beginPath();
  context.moveTo(box.left, box.bottom + 0.5);
  context.lineTo(box.right, box.bottom + 0.5);
  for (const { value } of xTicks) {
    const at = Math.round(x.toPixel(value)) + 0.5;
    context.moveTo(at, box.bottom + 0.5);
    context.lineTo(at, box.bottom + 4.5);
  }
  context.stroke();
  context.fillStyle = theme.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { value, label } of yTicks) context.fillText(label, box.left - 6, y.toPixel(value));
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  for (const { value, label } of xTicks) {
    const half = context.measureText(label).width / 2;
    const at = Math.min(Math.max(x.toPixel(value), half), layout.width - half);
    context.fillText(label, at, box.bottom + 16);
  }
  context.fillText(xTitle, (box.left + box.right) / 2, box.bottom + 31);
}
