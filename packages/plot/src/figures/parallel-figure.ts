import { printableText } from '@forge-ml/core/text';
import { rampColor } from '../colors/ramp.js';
import type { Parallel, ParallelLine } from '../comparisons/parallel.js';
import type { ValueAxis } from '../scales/value-axis.js';
import { figure } from '../svg/document.js';
import { element, round, textElement } from '../svg/elements.js';
import { axisLine, halo, lineHeight, noteSize, paleInk, shortened, textWidth, widestOf } from '../svg/style.js';

const noMetric = '#999';
const rampWidth = 5;
/** Steps of the ramp on the metric's axis. */
const rampSteps = 48;

interface Layout {
  readonly xs: readonly number[];
  /** Points right of the last axis. */
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Points between two axes. */
  readonly spacing: number;
  readonly isStaggered: boolean;
  /** The baseline of the names, or of the lower row of them. */
  readonly names: number;
}

/**
 * Parallel coordinates as an SVG figure for a paper: a line for each run through its flags to its metric, which is the
 * scale of its color: the best has the most contrast.
 * @param inches its width
 */
export function parallelFigure(parallel: Parallel, inches: number): string {
  const width = inches * 72;
  const height = width < 300 ? width * 0.75 : width * 0.45;
  const layout = layoutOf(parallel.axes, width, height);
  const missing = parallel.lines.filter(({ rank }) => rank === undefined).length;
  const metric = parallel.axes.at(-1)!;
  const notes =
    missing === 0 ? [] : [`Grey, dashed: ${missing} ${missing === 1 ? 'run' : 'runs'} without ${metric.name}.`];
  return figure({
    inches,
    height,
    label: `${parallel.axes.map(({ name }) => name).join(', ')} of ${parallel.lines.length} runs`,
    description: parallel.lines.map(titleOf).join('\n'),
    body: [
      ...parallel.lines.flatMap((line) => polyline(line, layout, parallel.lines.length)),
      ...ramp(parallel, layout),
      ...parallel.axes.flatMap((axis, at) => drawnAxis(axis, at, layout, at === parallel.axes.length - 1)),
    ],
    notes,
  });
}

function layoutOf(axes: readonly ValueAxis[], width: number, height: number): Layout {
  const nameWidths = axes.map(({ name }) => textWidth(name));
  const labelsOf = (axis: ValueAxis) => Math.min(width * 0.2, widestOf(labelled(axis).map(({ label }) => label)));
  const left = Math.max(labelsOf(axes[0]!) + 8, Math.min(nameWidths[0]! / 2, width * 0.15) + 2);
  const right = Math.max(labelsOf(axes.at(-1)!) + rampWidth + 10, Math.min(nameWidths.at(-1)! / 2, width * 0.15) + 2);
  const spacing = (width - left - right) / Math.max(1, axes.length - 1);
  const isStaggered = nameWidths.slice(1).some((next, at) => (next + nameWidths[at]!) / 2 + 6 > spacing);
  const hasLog = axes.some(({ kind }) => kind === 'log');
  const names = (isStaggered ? 2 : 1) * lineHeight;
  const top = names + (hasLog ? lineHeight - 2 : 0) + 6;
  return { xs: axes.map((_, at) => left + at * spacing), right, top, bottom: height - 8, spacing, isStaggered, names };
}

function labelled(axis: ValueAxis) {
  return axis.ticks(axis.kind === 'categories' ? 12 : 5);
}

const heightOf = ({ top, bottom }: Layout, place: number) => round(bottom - place * (bottom - top));

/** A line has a gap at an axis that it has no place on. */
function polyline(line: ParallelLine, layout: Layout, lines: number): string[] {
  let d = '';
  let isDrawn = false;
  for (const [at, place] of line.places.entries()) {
    if (place !== undefined) d += `${isDrawn ? 'L' : 'M'}${round(layout.xs[at]!)},${heightOf(layout, place)}`;
    isDrawn = place !== undefined;
  }
  if (!d.includes('L')) return [];
  const width = Math.max(0.5, 1.2 - lines / 200);
  const style: Readonly<Record<string, string | number>> =
    line.rank === undefined
      ? { stroke: noMetric, 'stroke-width': width, 'stroke-dasharray': '3 2' }
      : { stroke: rampColor(line.rank, 'light'), 'stroke-width': width, 'stroke-opacity': 0.85 };
  return [element('path', { d, fill: 'none', 'stroke-linejoin': 'round', ...style }, titleOf(line))];
}

/** The metric's axis in the colors of its values. */
function ramp({ rankAt }: Parallel, layout: Layout): string[] {
  const x = layout.xs.at(-1)!;
  const step = (layout.bottom - layout.top) / rampSteps;
  return Array.from({ length: rampSteps }, (_, at) => {
    const fill = rampColor(rankAt((at + 0.5) / rampSteps), 'light');
    // A little higher than a step, so that no line is between two.
    const y = layout.bottom - (at + 1) * step;
    return element('rect', { x, y, width: rampWidth, height: step + (at === 0 ? 0 : 0.3), fill });
  });
}

function drawnAxis(axis: ValueAxis, at: number, layout: Layout, isLast: boolean): string[] {
  const { top, bottom, spacing, isStaggered, names: baseline } = layout;
  const x = layout.xs[at]!;
  const room = (isStaggered ? 2 : 1) * spacing - 6;
  const isFirst = at === 0;
  const line = isLast ? [] : [element('path', { d: `M${round(x)},${round(top)}V${round(bottom)}`, ...axisLine })];
  const names = [
    textElement(
      shortened(axis.name, isFirst ? Math.min(room, 2 * x) : isLast ? Math.min(room, 2 * layout.right) : room),
      {
        x,
        y: isStaggered && at % 2 === 0 ? baseline - lineHeight : baseline,
        'text-anchor': 'middle',
      },
    ),
    ...(axis.kind === 'log'
      ? [textElement('log', { x, y: top - 5, 'text-anchor': 'middle', 'font-size': noteSize, fill: paleInk })]
      : []),
  ];
  const ticks = labelled(axis).flatMap(({ place, label }) => {
    const y = heightOf(layout, place);
    const edge = isLast ? x + rampWidth : x;
    return [
      element('path', { d: `M${round(edge)},${y}h${isLast ? 3 : -3}`, ...axisLine }),
      textElement(shortened(label, isFirst ? x - 6 : spacing * 0.9 - 5), {
        x: isLast ? edge + 5 : x - 5,
        y: y + 2.8,
        'text-anchor': isLast ? 'start' : 'end',
        ...halo,
      }),
    ];
  });
  return [...line, ...ticks, ...names];
}

function titleOf({ name, values, metric }: ParallelLine): string {
  return `${name} ${values.map((value) => printableText(String(value ?? 'none'))).join(' ')} ${metric ?? 'none'}`;
}
