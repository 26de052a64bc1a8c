import type { Drawing } from './draw-curves.js';
import type { Selection } from './gestures.js';

/** Draws the area that is being selected. */
export function drawSelection({ context, theme }: Drawing, { left, right, top, bottom, hasValues }: Selection): void {
  context.globalAlpha = 0.15;
  context.fillStyle = theme.accent;
  context.fillRect(left, top, right - left, bottom - top);
  context.globalAlpha = 1;
  context.strokeStyle = theme.accent;
  context.lineWidth = 1;
  context.beginPath();
  if (hasValues) context.rect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
  else {
    for (const edge of [left, right]) {
      context.moveTo(edge, top);
      context.lineTo(edge, bottom);
    }
  }
  context.stroke();
}
