import { element, round } from './elements.js';

export type NotFinite = 'NaN' | 'Infinity' | '-Infinity';

const shapes: Readonly<Record<NotFinite, string>> = {
  NaN: 'm-2,-2l4,4m0,-4l-4,4',
  Infinity: 'm-2,2l2,-4l2,4z',
  '-Infinity': 'm-2,-2l2,4l2,-4z',
};

/** × for NaN, a triangle up or down for an infinity. */
export function notFiniteMark(value: NotFinite, x: number, y: number, stroke: string, title: string): string {
  const d = `M${round(x)},${round(y)}${shapes[value]}`;
  return element('path', { d, stroke, fill: 'none', 'stroke-width': 0.9 }, title);
}

/** A ring around the best point. */
export function bestMark(x: number, y: number, stroke: string, title: string): string {
  return element('circle', { cx: x, cy: y, r: 2.2, fill: '#fff', stroke, 'stroke-width': 1 }, title);
}

/** A line through points; of one point a dot: a round end of a line without length. */
export function linePath(x: readonly number[], y: readonly number[]): string {
  const points = x.map((place, at) => `${place},${y[at]!}`);
  return `M${points.join('L')}${points.length === 1 ? 'h0' : ''}`;
}
