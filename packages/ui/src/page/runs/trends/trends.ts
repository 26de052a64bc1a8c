import type { Sparkline } from '../../../protocol/sparklines.js';

/** The path of a small curve in a box, in SVG. */
export function trendPath({ x, y }: Sparkline, width: number, height: number): string {
  if (x.length === 0) return '';
  const [left, right] = [x[0]!, x.at(-1)!];
  const [low, high] = [Math.min(...y), Math.max(...y)];
  const place = (value: number, from: number, to: number, length: number) =>
    (to === from ? length / 2 : ((value - from) / (to - from)) * length).toFixed(1);
  const points = x.map((at, index) => {
    return `${place(at, left, right, width)} ${(height - Number(place(y[index]!, low, high, height))).toFixed(1)}`;
  });
  // A single point is a line to itself, which round ends make visible.
  return `M${points.length === 1 ? `${points[0]}L${points[0]}` : points.join('L')}`;
}
