import { formatNumber, printableText } from '@forge-ml/core/text';
import { runPalette } from '../colors/run-palette.js';
import { omittedNote } from '../comparisons/metric.js';
import type { Scatter, ScatterPoint } from '../comparisons/scatter.js';
import { acrossOf, axes, bottomMargin, leftMargin, ticksUp, upOf, valueTicks } from '../svg/axes.js';
import { figure } from '../svg/document.js';
import { type Box, element, textElement } from '../svg/elements.js';
import { bestMark, notFiniteMark } from '../svg/marks.js';
import { halo, shortened, textWidth, widestOf } from '../svg/style.js';
import { dotLegend } from './line-legend.js';

/** More names than this have no room next to a plot. */
const mostNames = 12;
const dotSample = 4;

/** A flag against a metric as an SVG figure for a paper. @param inches its width */
export function scatterFigure(scatter: Scatter, inches: number): string {
  const { x, y, points, best, omitted } = scatter;
  const width = inches * 72;
  const height = width < 300 ? width * 0.7 : width * 0.5;
  const isNamed = points.length <= mostNames && points.every(({ color }) => color !== undefined);
  const up = { title: y.title, ticks: y.ticks(ticksUp(height)) };
  const legendWidth = Math.min(width * 0.4, dotSample + 16 + widestOf(points.map(({ name }) => name)));
  const box: Box = {
    left: leftMargin(up),
    right: width - (isNamed ? legendWidth : 10),
    top: 8,
    bottom: height - bottomMargin,
  };
  const across = { title: x.title, ticks: valueTicks(x, box.right - box.left) };
  const dots = points.map((point) => dot(point, box));
  return figure({
    inches,
    height,
    label: `${y.name} by ${x.name} of ${points.length} runs`,
    description: points.map((point) => titleOf(point, scatter)).join('\n'),
    body: [
      ...axes(box, across, up),
      ...points.map((point, at) => dots[at]!.drawn(titleOf(point, scatter))),
      ...(best === undefined ? [] : ringOf(best, box, isNamed ? undefined : best.name)),
      ...(isNamed
        ? dotLegend(
            points.map(({ name }, at) => ({ label: name, ...dots[at]! })),
            box,
            width,
          )
        : []),
    ],
    notes: [...keysOf(scatter), ...omittedNote(omitted, 'run')],
  });
}

function dot({ across, up, y, color }: ScatterPoint, box: Box) {
  const fill = runPalette[color ?? 0]!.light;
  const [cx, cy] = [acrossOf(box, across), upOf(box, up)];
  return {
    x: cx,
    y: cy,
    color: fill,
    drawn: (title: string) =>
      Number.isFinite(y)
        ? element('circle', { cx, cy, r: 2.2, fill, 'fill-opacity': color === undefined ? 0.55 : 1 }, title)
        : notFiniteMark(String(y) as 'NaN' | 'Infinity' | '-Infinity', cx, cy, fill, title),
  };
}

function ringOf(best: ScatterPoint, box: Box, name: string | undefined): string[] {
  const [x, y] = [acrossOf(box, best.across), upOf(box, best.up)];
  const text = name === undefined ? formatNumber(best.y) : `${name} ${formatNumber(best.y)}`;
  const ring = bestMark(x, y, runPalette[best.color ?? 0]!.light, `best: ${best.name} ${best.y}`);
  return [ring, bestLabel(text, x, y, box)];
}

/** The name of the best point next to it, on the side that has more room. */
function bestLabel(text: string, x: number, y: number, { left, right, bottom }: Box): string {
  const isLeft = x > (left + right) / 2;
  const room = (isLeft ? x - left : right - x) - 6;
  const shown = shortened(text, Math.max(room, textWidth('xxxx')));
  return textElement(shown, {
    x: isLeft ? x - 5 : x + 5,
    y: Math.min(y + 2.8, bottom - 3),
    'text-anchor': isLeft ? 'end' : 'start',
    ...halo,
  });
}

function titleOf({ name, x: value, y: metric }: ScatterPoint, { x, y }: Scatter): string {
  return `${name} ${x.name} ${printableText(String(value ?? 'none'))} ${y.name} ${metric}`;
}

function keysOf({ points, best }: Scatter): string[] {
  const has = (isMatch: (value: number) => boolean) => points.some(({ y }) => isMatch(y));
  const keys = [
    ...(best === undefined ? [] : ['○ best']),
    ...(has(Number.isNaN) ? ['× NaN'] : []),
    ...(has((value) => Math.abs(value) === Number.POSITIVE_INFINITY) ? ['△ ▽ ±Infinity'] : []),
  ];
  return keys.length === 0 ? [] : [keys.join(', ')];
}
