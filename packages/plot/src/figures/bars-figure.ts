import { runPalette } from '../colors/run-palette.js';
import type { Bars } from '../comparisons/bars.js';
import { omittedNote } from '../comparisons/metric.js';
import { plainNumber } from '../scales/scale.js';
import { acrossOf, ticksAcross, ticksOf } from '../svg/axes.js';
import { figure } from '../svg/document.js';
import { type Box, element, round, textElement } from '../svg/elements.js';
import { axisLine, lineHeight, shortened, textWidth, widestOf } from '../svg/style.js';

/** Points of a bar and of the space after it. */
const barHeight = 8;
const barStep = 13;
/** Points below the bars: labels and title of the axis. */
const axisHeight = lineHeight * 2 + 6;

/** Bars with their names and values, such as the importance of flags, as an SVG figure for a paper. @param inches its width */
export function barsFigure({ title, x, bars, omitted }: Bars, inches: number): string {
  const width = inches * 72;
  const most = width * 0.4;
  const values = formatValues(bars.map(({ value }) => value));
  const names = bars.map(({ name }) => shortened(name, most));
  const box: Box = {
    left: Math.min(most, widestOf(names)) + 8,
    right: width - Math.max(10, widestOf(values) + 6),
    top: 6,
    bottom: 6 + Math.max(1, bars.length) * barStep + 2,
  };
  const zero = acrossOf(box, x.place(0));
  return figure({
    inches,
    height: box.bottom + axisHeight,
    label: `${title} of ${bars.map(({ name }) => name).join(', ')}`,
    description: bars.map(({ name, value }) => `${name} ${value}`).join('\n'),
    body: [
      ...bars.flatMap(({ name, value }, at) => {
        const y = box.top + at * barStep + (barStep - barHeight) / 2;
        const end = acrossOf(box, x.place(value));
        const shape = { x: Math.min(zero, end), y, width: Math.abs(end - zero), height: barHeight };
        return [
          element('rect', { ...shape, fill: runPalette[0]!.light }, `${name} ${value}`),
          textElement(names[at]!, { x: box.left - 5, y: y + 7, 'text-anchor': 'end' }),
          textElement(values[at]!, { x: Math.max(zero, end) + 3, y: y + 7 }),
        ];
      }),
      element('path', { d: `M${round(box.left)},${round(box.bottom)}H${round(box.right)}`, ...axisLine }),
      element('path', { d: `M${zero},${round(box.top)}V${round(box.bottom)}`, ...axisLine }),
      ...ticksOf(x, ticksAcross(box.right - box.left)).flatMap(({ place, label }) => {
        const at = acrossOf(box, place);
        return [
          element('path', { d: `M${at},${round(box.bottom)}v3`, ...axisLine }),
          textElement(label, { x: at, y: box.bottom + 11, 'text-anchor': 'middle' }),
        ];
      }),
      textElement(title, titlePlace(title, box, width)),
    ],
    notes: omittedNote(omitted, 'flag'),
  });
}

function titlePlace(title: string, { left, right, bottom }: Box, width: number) {
  const half = textWidth(title) / 2;
  const x = Math.max(half + 2, Math.min(width - half - 2, (left + right) / 2));
  return { x, y: bottom + 22, 'text-anchor': 'middle' };
}

/** Three digits of the largest, and as many decimals of all. */
function formatValues(values: readonly number[]): string[] {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const decimals = most === 0 ? 0 : Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(most))));
  return values.map((value) => (most >= 1e-4 && most < 1e7 ? value.toFixed(decimals) : plainNumber(value)));
}
