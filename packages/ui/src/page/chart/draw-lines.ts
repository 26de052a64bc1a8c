import type { Line } from '../../protocol/curves.js';
import type { ChartLayout } from './chart-layout.js';

export interface LineStyle {
  readonly color: string;
  /** CSS pixels. */
  readonly width: number;
  readonly alpha: number;
  readonly dashes: readonly number[];
}

/** Points of a part of a wide line: the time to draw a path grows with the square of its length where it crosses itself. */
const partLength = 64;

/** Draws lines. What a logarithmic axis cannot show is a gap. */
export function drawLines(
  context: CanvasRenderingContext2D,
  layout: ChartLayout,
  lines: readonly Line[],
  { color, width, alpha, dashes }: LineStyle,
): void {
  context.strokeStyle = color;
  context.globalAlpha = alpha;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.lineCap = dashes.length === 0 ? 'round' : 'butt';
  context.setLineDash([...dashes]);
  const isThin = width * devicePixelRatio <= 1;
  const part = isThin || alpha < 1 ? Number.POSITIVE_INFINITY : partLength;
  for (const line of lines) drawLine(context, layout, line, part, dashes.length > 0);
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function drawLine(
  context: CanvasRenderingContext2D,
  { x: across, y: up }: ChartLayout,
  { x, y }: Line,
  part: number,
  hasDashes: boolean,
): void {
  let [count, length, lastX, lastY] = [0, 0, Number.NaN, Number.NaN];
  const end = () => {
    // A point alone is a dot.
    if (count === 1) context.lineTo(lastX + 0.01, lastY);
    if (count > 0) context.stroke();
  };
  context.beginPath();
  context.lineDashOffset = 0;
  for (let at = 0; at < x.length; at++) {
    if ((up.log && y[at]! <= 0) || (across.log && x[at]! <= 0)) {
      end();
      context.beginPath();
      count = 0;
      continue;
    }
    const [px, py] = [across.toPixel(x[at]!), up.toPixel(y[at]!)];
    if (count === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
    if (hasDashes && count > 0) length += Math.hypot(px - lastX, py - lastY);
    [lastX, lastY] = [px, py];
    count++;
    if (count > part) {
      context.stroke();
      context.beginPath();
      context.moveTo(px, py);
      context.lineDashOffset = length;
      count = 1;
    }
  }
  end();
}
