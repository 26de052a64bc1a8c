import type { CurveLine } from '@forge-ml/core/runs';
import { bandNotes, bestsOf, notShown } from '../curves/notes.js';
import type { Panel, Plot, Series } from '../curves/plot.js';
import { acrossOf, axes, bottomMargin, leftMargin, ticksAcross, ticksOf, ticksUp, upOf } from '../svg/axes.js';
import { figure } from '../svg/document.js';
import { type Box, element } from '../svg/elements.js';
import { linePath } from '../svg/marks.js';
import { widestOf } from '../svg/style.js';
import { bandAreas, eventTicks, lineStyle, type Placing, pointMarks } from './curve-marks.js';
import { legendGap, lineLegend, sampleLength } from './line-legend.js';

/**
 * Curves as an SVG figure for a paper: real text, black on white, no title. Inside a page it has the page's font.
 * @param inches its width
 */
export function curvesFigure(plot: Plot, inches: number): string {
  const width = inches * 72;
  const panelHeight = width < 300 ? width * 0.62 : width * 0.45;
  return figure({
    inches,
    height: plot.panels.length * panelHeight,
    label: labelOf(plot),
    description: bestsOf(plot).join('\n'),
    body: plot.panels.flatMap((panel, at) => renderPanel(plot, panel, width, at * panelHeight, panelHeight)),
    notes: notesOf(plot),
  });
}

/** The figure in words, for readers who do not see it. */
function labelOf({ panels, events }: Plot): string {
  return `${panels.map(({ title }) => title).join(' and ')} of ${events.map(({ run }) => run).join(', ')}`;
}

function renderPanel(plot: Plot, panel: Panel, width: number, top: number, height: number): string[] {
  const up = { title: panel.title, ticks: ticksOf(panel.y, ticksUp(height)) };
  const legendWidth = sampleLength + legendGap + widestOf(panel.series.map(({ label }) => label));
  // Names that would use half of the width are below each other in the plot's corner instead.
  const inside = legendWidth > width * 0.45;
  const box: Box = {
    left: leftMargin(up),
    right: width - (inside ? 6 : legendWidth + 2),
    top: top + 6,
    bottom: top + height - bottomMargin,
  };
  const across = { title: plot.xTitle, ticks: ticksOf(plot.x, ticksAcross(box.right - box.left)) };
  const placing = {
    box,
    xOf: (x: number) => acrossOf(box, plot.x.place(plot.toUnit(x))),
    yOf: (y: number) => upOf(box, panel.y.place(y)),
  };
  const entries = panel.series.map((series) => {
    const end = (series.curve.smoothed ?? series.curve.lines).at(-1)?.y.at(-1);
    return { label: series.label, style: lineStyle(series), y: end === undefined ? undefined : placing.yOf(end) };
  });
  return [
    ...axes(box, across, up),
    ...panel.series.flatMap((series) => bandAreas(series, placing)),
    ...panel.series.flatMap((series) => curve(series, placing)),
    ...panel.series.flatMap((series) => pointMarks(series, panel, placing)),
    ...eventTicks(plot, panel, box),
    ...lineLegend(entries, box, inside),
  ];
}

function curve(series: Series, { xOf, yOf }: Placing): string[] {
  const { lines, smoothed } = series.curve;
  const common = { fill: 'none', 'stroke-linejoin': 'round', ...lineStyle(series) };
  const drawn = (of: readonly CurveLine[], style: Readonly<Record<string, string | number>>) => {
    if (of.length === 0) return [];
    const d = of.map(({ x, y }) => linePath(x.map(xOf), y.map(yOf))).join('');
    return [element('path', { d, ...common, 'stroke-linecap': 'round', ...style })];
  };
  if (smoothed === null) return drawn(lines, { 'stroke-width': 1 });
  return [
    ...drawn(lines, { 'stroke-width': 0.6, 'stroke-opacity': 0.35 }),
    ...drawn(smoothed, { 'stroke-width': 1.2 }),
  ];
}

/** What the marks mean, and what is not shown. */
function notesOf(plot: Plot): string[] {
  const series = plot.panels.flatMap((panel) => panel.series);
  const has = (value: string) => series.some(({ curve }) => curve.notFinite.some((marks) => marks.value === value));
  const keys = [
    ...(series.some(({ curve }) => curve.best !== null) ? ['○ best'] : []),
    ...(plot.events.some(({ checkpoints }) => checkpoints.length > 0) ? ['short tick: checkpoint'] : []),
    ...(plot.events.some(({ resumes }) => resumes.length > 0) ? ['long tick: resume'] : []),
    ...(has('NaN') ? ['× NaN'] : []),
    ...(has('Infinity') || has('-Infinity') ? ['△ ▽ ±Infinity'] : []),
  ];
  return [...bandNotes(plot), ...(keys.length === 0 ? [] : [keys.join(', ')]), ...notShown(series)];
}
