import type { Scale } from '../scales/scale.js';
import type { AxisTick, ValueAxis } from '../scales/value-axis.js';
import { type Box, element, round, textElement } from './elements.js';
import { axisLine, shortened, widestOf } from './style.js';

/** An axis as drawn: its name with its unit, and its labels. */
export interface DrawnAxis {
  readonly title: string;
  readonly ticks: readonly AxisTick[];
}

export function ticksOf(scale: Scale, count: number): AxisTick[] {
  return scale.ticks(count).map(({ value, label }) => ({ place: scale.place(value), label }));
}

/** The room left of the vertical axis, in points. */
export function leftMargin({ ticks }: DrawnAxis): number {
  return widestOf(ticks.map(({ label }) => label)) + 26;
}

/** Points that the name of a category may have where there are many. */
const mostCategoryWidth = 48;

/** The room below the horizontal axis, in points. */
export const bottomMargin = 28;

/** The labelled places that a horizontal or vertical axis of a length in points has room for. */
export const ticksAcross = (length: number): number => Math.max(3, Math.round(length / 60));
export const ticksUp = (length: number): number => Math.max(3, Math.round(length / 34));

/** The labels of a horizontal axis of values that a length in points has room for: names of categories are cut. */
export function valueTicks(axis: ValueAxis, length: number): readonly AxisTick[] {
  if (axis.kind !== 'categories') return axis.ticks(ticksAcross(length));
  const all = axis.ticks(Number.POSITIVE_INFINITY);
  const needed = Math.min(widestOf(all.map(({ label }) => label)) + 6, mostCategoryWidth);
  const shown = axis.ticks(Math.max(1, Math.floor(length / needed)));
  const room = Math.max(needed, length / shown.length) - 6;
  return shown.map(({ place, label }) => ({ place, label: shortened(label, room) }));
}

/** Where a place of an axis is in a box, in points. */
export function acrossOf({ left, right }: Box, place: number): number {
  return round(left + place * (right - left));
}

export function upOf({ top, bottom }: Box, place: number): number {
  return round(bottom - place * (bottom - top));
}

/** The two axes of a box, with ticks and titles. The left one has its title on the left edge of the figure. */
export function axes(box: Box, across: DrawnAxis, up: DrawnAxis): string[] {
  const { left, right, top, bottom } = box;
  const middle = (top + bottom) / 2;
  return [
    element('path', { d: `M${round(left)},${round(top)}V${round(bottom)}H${round(right)}`, ...axisLine }),
    ...across.ticks.flatMap(({ place, label }) => {
      const x = acrossOf(box, place);
      return [
        element('path', { d: `M${x},${round(bottom)}v3`, ...axisLine }),
        textElement(label, { x, y: bottom + 11, 'text-anchor': 'middle' }),
      ];
    }),
    ...up.ticks.flatMap(({ place, label }) => {
      const y = upOf(box, place);
      return [
        element('path', { d: `M${round(left)},${y}h-3`, ...axisLine }),
        textElement(label, { x: left - 5, y: y + 2.8, 'text-anchor': 'end' }),
      ];
    }),
    textElement(across.title, { x: (left + right) / 2, y: bottom + 22, 'text-anchor': 'middle' }),
    textElement(up.title, {
      x: 9,
      y: middle,
      'text-anchor': 'middle',
      transform: `rotate(-90 9 ${round(middle)})`,
    }),
  ];
}
