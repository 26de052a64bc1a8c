import type { StyledCurve } from './styled-curves.js';

/** How lines are drawn. Widths are in CSS pixels. */
export interface Pen {
  readonly raw: { readonly width: number; readonly alpha: number };
  readonly smoothed: { readonly width: number };
  readonly hasDashes: boolean;
}

/** More points than this are drawn as the thinnest lines: browsers draw wider ones 50 times slower. */
const mostWidePoints = 60_000;

/** @param ratio device pixels of a CSS pixel */
export function penOf(curves: readonly StyledCurve[], ratio: number): Pen {
  const thinnest = 1 / ratio;
  let points = 0;
  let isSmooth = false;
  for (const { curve } of curves) {
    isSmooth ||= curve.smoothed !== null;
    for (const { x } of curve.smoothed ?? curve.lines) points += x.length;
  }
  const isDense = points > mostWidePoints;
  const width = isDense ? thinnest : 1.5;
  const raw = isSmooth ? { width: thinnest, alpha: isDense ? 0.1 : ratio > 1 ? 0.5 : 0.35 } : { width, alpha: 1 };
  return { raw, smoothed: { width }, hasDashes: !isDense };
}
