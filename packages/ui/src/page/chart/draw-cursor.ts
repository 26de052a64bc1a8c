import type { CursorRow } from './cursor-rows.js';
import type { Drawing } from './draw-curves.js';
import { inkOf } from './run-ink.js';

/** Draws the crosshair, and a dot at each value on it. */
export function drawCursor({ context, layout, theme }: Drawing, x: number, rows: readonly CursorRow[]): void {
  const { box, x: across, y: up } = layout;
  const at = across.toPixel(x);
  if (!(at >= box.left && at <= box.right)) return;
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(Math.round(at) + 0.5, box.top);
  context.lineTo(Math.round(at) + 0.5, box.bottom);
  context.stroke();
  for (const { x: place, value, smoothed, color } of rows) {
    const [left, top] = [across.toPixel(place), up.toPixel(smoothed ?? value)];
    if (!Number.isFinite(top) || left < box.left - 1 || left > box.right + 1) continue;
    context.fillStyle = inkOf(color, theme.isDark);
    context.strokeStyle = theme.page;
    context.beginPath();
    context.arc(left, top, 3.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** The line nearest to a pixel, of the values at the crosshair. @param reach how far away it may be, CSS pixels */
export function nearestRow(
  { layout: { y } }: Pick<Drawing, 'layout'>,
  rows: readonly CursorRow[],
  top: number,
  reach: number,
): CursorRow | undefined {
  let found: CursorRow | undefined;
  let distance = reach;
  for (const row of rows) {
    const away = Math.abs(y.toPixel(row.smoothed ?? row.value) - top);
    if (!(away < distance)) continue;
    distance = away;
    found = row;
  }
  return found;
}
