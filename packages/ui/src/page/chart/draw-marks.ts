import type { ChartRun } from './chart-data.js';
import type { Drawing } from './draw-curves.js';
import { inkOf } from './run-ink.js';
import type { StyledCurve } from './styled-curves.js';

/** CSS pixels. */
export const bestRadius = 3.5;
const markSize = 3;
const markDistance = 7;

/** Draws ○ at the best point of each curve. */
export function drawBests({ context, layout: { box, x, y }, theme }: Drawing, curves: readonly StyledCurve[]): void {
  context.lineWidth = 1.5;
  context.fillStyle = theme.page;
  for (const { curve, run } of curves) {
    if (curve.best === null || (y.log && curve.best.value <= 0)) continue;
    const [left, top] = [x.toPixel(curve.best.x), y.toPixel(curve.best.value)];
    if (!(left >= box.left - 1 && left <= box.right + 1)) continue;
    context.strokeStyle = inkOf(run.color, theme.isDark);
    context.beginPath();
    context.arc(left, top, bestRadius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** Draws × where a value is NaN, △ and ▽ where it is infinite. Marks that would touch are one. */
export function drawNotFinite({ context, layout: { box, x }, theme }: Drawing, curves: readonly StyledCurve[]): void {
  context.lineWidth = 1.25;
  for (const { curve, run } of curves) {
    context.strokeStyle = inkOf(run.color, theme.isDark);
    context.beginPath();
    for (const { value, x: places } of curve.notFinite) {
      let last = Number.NEGATIVE_INFINITY;
      for (const place of places) {
        const left = x.toPixel(place);
        if (!(left >= box.left && left <= box.right) || left - last < markDistance) continue;
        addMark(context, value, left, value === '-Infinity' ? box.bottom - markSize - 2 : box.top + markSize);
        last = left;
      }
    }
    context.stroke();
  }
}

function addMark(context: CanvasRenderingContext2D, value: string, x: number, y: number): void {
  if (value === 'NaN') {
    context.moveTo(x - markSize, y - markSize);
    context.lineTo(x + markSize, y + markSize);
    context.moveTo(x + markSize, y - markSize);
    context.lineTo(x - markSize, y + markSize);
    return;
  }
  const tip = value === 'Infinity' ? -markSize : markSize;
  context.moveTo(x - markSize, y - tip);
  context.lineTo(x + markSize, y - tip);
  context.lineTo(x, y + tip);
  context.closePath();
}

/** Draws ticks on the horizontal axis: short where a run has a checkpoint, long where it was resumed. */
export function drawEvents({ context, layout: { box, x }, theme }: Drawing, runs: readonly ChartRun[]): void {
  for (const { color, resumes, checkpoints } of runs) {
    context.strokeStyle = inkOf(color, theme.isDark);
    for (const [places, length, width] of [
      [checkpoints, 5, 1],
      [resumes, 12, 1.5],
    ] as const) {
      context.lineWidth = width;
      context.beginPath();
      for (const place of places) {
        const left = x.toPixel(place);
        if (!(left >= box.left && left <= box.right)) continue;
        context.moveTo(left, box.bottom);
        context.lineTo(left, box.bottom - length);
      }
      context.stroke();
    }
  }
}
