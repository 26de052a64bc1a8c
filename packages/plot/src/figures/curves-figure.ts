import type { CurveLine } from '@forge-ml/core/runs';
import { runPalette } from '../colors/run-palette.js';
import { bestsOf, notShown } from '../curves/notes.js';
import type { Panel, Plot, Series } from '../curves/plot.js';
import { spread } from '../scales/spread.js';
import { type Box, element, escapeXml, round, textElement } from '../svg/elements.js';
import { wrapWords } from '../text/wrap.js';

/** Points (1/72 inch) of the parts of a figure. */
const fontSize = 8;
const noteSize = 7;
const lineHeight = 11;
const sampleLength = 14;
/** The estimated width of a character: SVG has real text, whose font is chosen by the page. */
const characterWidth = 0.56 * fontSize;

/** Dashes of lines whose colors may repeat: the first is solid. */
const dashes = ['', '4 2', '1 1.5', '6 2 1 2', '2 2', '8 2', '4 2 1 2 1 2', '1 3'];

/**
 * Curves as an SVG figure for a paper: real text, black on white, no title. Inside a page it has the page's font.
 * @param inches its width
 */
export function curvesFigure(plot: Plot, inches: number): string {
  const width = inches * 72;
  const panelHeight = width < 300 ? width * 0.62 : width * 0.45;
  const notes = notesOf(plot).flatMap((note) => wrapWords(note, (width - 8) / (0.56 * noteSize)));
  const height = plot.panels.length * panelHeight + notes.length * lineHeight + (notes.length > 0 ? 4 : 0);
  const body = plot.panels.map((panel, at) => renderPanel(plot, panel, width, at * panelHeight, panelHeight));
  const noteLines = notes.map((note, at) => {
    const y = plot.panels.length * panelHeight + 2 + (at + 0.7) * lineHeight;
    return textElement(note, { x: 4, y, 'font-size': noteSize, fill: '#555' });
  });
  const size = `width="${round(inches)}in" height="${round(height / 72)}in" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(labelOf(plot))}" font-size="${fontSize}" fill="#000">`,
    `<desc>${escapeXml(bestsOf(plot).join('\n'))}</desc>`,
    '<style>svg:root{font-family:sans-serif}</style>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...body.flat(),
    ...noteLines,
    '</svg>\n',
  ].join('\n');
}

/** The figure in words, for readers who do not see it. */
function labelOf({ panels, events }: Plot): string {
  return `${panels.map(({ title }) => title).join(' and ')} of ${events.map(({ run }) => run).join(', ')}`;
}

function renderPanel(plot: Plot, panel: Panel, width: number, top: number, height: number): string[] {
  const yTicks = panel.y.ticks(Math.max(3, Math.round(height / 34)));
  const tickWidth = Math.max(0, ...yTicks.map(({ label }) => label.length)) * characterWidth;
  const longest = Math.max(...panel.series.map(({ label }) => label.length));
  const legendWidth = sampleLength + 8 + longest * characterWidth;
  // Names that would use half of the width are below each other in the plot's corner instead.
  const inside = legendWidth > width * 0.45;
  const box: Box = {
    left: tickWidth + 26,
    right: width - (inside ? 6 : legendWidth + 2),
    top: top + 6,
    bottom: top + height - 28,
  };
  const xOf = (x: number) => round(box.left + plot.x.place(plot.toUnit(x)) * (box.right - box.left));
  const yOf = (y: number) => round(box.bottom - panel.y.place(y) * (box.bottom - box.top));
  const place = { box, xOf, yOf };
  return [
    ...axes(plot, panel, box, yTicks),
    ...panel.series.flatMap((series) => curve(series, place)),
    ...panel.series.flatMap((series) => marks(series, panel, place)),
    ...events(plot, panel, box),
    ...legend(panel, place, inside),
  ];
}

interface Placing {
  readonly box: Box;
  readonly xOf: (x: number) => number;
  readonly yOf: (y: number) => number;
}

function axes(plot: Plot, panel: Panel, box: Box, yTicks: ReturnType<Panel['y']['ticks']>): string[] {
  const { left, right, top, bottom } = box;
  const axisLine = { stroke: '#000', 'stroke-width': 0.6, fill: 'none' };
  const middle = (top + bottom) / 2;
  return [
    element('path', { d: `M${round(left)},${round(top)}V${round(bottom)}H${round(right)}`, ...axisLine }),
    ...plot.x.ticks(Math.max(3, Math.round((right - left) / 60))).flatMap(({ value, label }) => {
      const x = round(left + plot.x.place(value) * (right - left));
      return [
        element('path', { d: `M${x},${round(bottom)}v3`, ...axisLine }),
        textElement(label, { x, y: bottom + 11, 'text-anchor': 'middle' }),
      ];
    }),
    ...yTicks.flatMap(({ value, label }) => {
      const y = round(bottom - panel.y.place(value) * (bottom - top));
      return [
        element('path', { d: `M${round(left)},${y}h-3`, ...axisLine }),
        textElement(label, { x: left - 5, y: y + 2.8, 'text-anchor': 'end' }),
      ];
    }),
    textElement(plot.xTitle, { x: (left + right) / 2, y: bottom + 22, 'text-anchor': 'middle' }),
    textElement(panel.title, {
      x: 9,
      y: middle,
      'text-anchor': 'middle',
      transform: `rotate(-90 9 ${round(middle)})`,
    }),
  ];
}

function lineStyle({ color, dash }: Series) {
  const pattern = dashes[dash % dashes.length]!;
  return { stroke: runPalette[color]!.light, ...(pattern === '' ? {} : { 'stroke-dasharray': pattern }) };
}

function curve(series: Series, { xOf, yOf }: Placing): string[] {
  const { lines, smoothed } = series.curve;
  const common = { fill: 'none', 'stroke-linejoin': 'round', ...lineStyle(series) };
  const drawn = (of: readonly CurveLine[], style: Readonly<Record<string, string | number>>) => {
    if (of.length === 0) return [];
    const d = of.map(({ x, y }) => path(x.map(xOf), y.map(yOf))).join('');
    return [element('path', { d, ...common, 'stroke-linecap': 'round', ...style })];
  };
  if (smoothed === null) return drawn(lines, { 'stroke-width': 1 });
  return [
    ...drawn(lines, { 'stroke-width': 0.6, 'stroke-opacity': 0.35 }),
    ...drawn(smoothed, { 'stroke-width': 1.2 }),
  ];
}

/** A line of one point is a dot: a round end of a line without length. */
function path(x: readonly number[], y: readonly number[]): string {
  const points = x.map((place, at) => `${place},${y[at]!}`);
  return `M${points.join('L')}${points.length === 1 ? 'h0' : ''}`;
}

/** The best point, and where values are not finite: × for NaN, triangles for infinities. */
function marks({ curve, color, run }: Series, panel: Panel, { box, xOf, yOf }: Placing): string[] {
  const ink = runPalette[color]!.light;
  const { best, notFinite, metric } = curve;
  const bad = notFinite.flatMap(({ value, x }) =>
    x.map((at) => {
      const place = `${xOf(at)},${round(value === '-Infinity' ? box.bottom : box.top)}`;
      const shape =
        value === 'NaN' ? 'm-2,-2l4,4m0,-4l-4,4' : value === 'Infinity' ? 'm-2,2l2,-4l2,4z' : 'm-2,-2l2,4l2,-4z';
      return element(
        'path',
        { d: `M${place}${shape}`, stroke: ink, fill: 'none', 'stroke-width': 0.9 },
        `${run} ${value}`,
      );
    }),
  );
  if (best === null || (panel.y.log && best.value <= 0)) return bad;
  const title = `${run} best:${metric} ${best.value} at step ${best.step}`;
  const circle = { cx: xOf(best.x), cy: yOf(best.value), r: 2.2, fill: '#fff', stroke: ink, 'stroke-width': 1 };
  return [...bad, element('circle', circle, title)];
}

/** Ticks on the horizontal axis: short for a checkpoint, long for a resume. */
function events(plot: Plot, panel: Panel, { left, right, bottom }: Box): string[] {
  const shown = plot.events.filter(({ run }) => panel.series.some((series) => series.run === run));
  return shown.flatMap(({ run, color, resumes, checkpoints }) => {
    const ticks = (places: readonly number[], length: number, width: number, what: string) =>
      places.flatMap((at) => {
        const place = plot.x.place(at);
        if (place < 0 || place > 1) return [];
        const d = `M${round(left + place * (right - left))},${round(bottom)}v${-length}`;
        return [element('path', { d, stroke: runPalette[color]!.light, 'stroke-width': width }, `${run} ${what}`)];
      });
    return [...ticks(checkpoints, 3, 0.5, 'checkpoint'), ...ticks(resumes, 8, 1, 'resume')];
  });
}

/** A sample of each line and its name, at the height of the line's end. */
function legend({ series }: Panel, { box, yOf }: Placing, inside: boolean): string[] {
  const ends = series.map(({ curve }) => (curve.smoothed ?? curve.lines).at(-1)?.y.at(-1));
  const wanted = ends.map((value, at) => (inside || value === undefined ? box.top + at * lineHeight : yOf(value)));
  const heights = spread(wanted, lineHeight, box.top + 3, box.bottom - 3);
  const longest = Math.max(...series.map(({ label }) => label.length)) * characterWidth;
  const start = inside ? box.right - longest - sampleLength - 4 : box.right + 4;
  return series.flatMap((one, at) => {
    const y = heights[at]!;
    const d = `M${round(start)},${round(y)}h${sampleLength}`;
    return [
      element('path', { d, fill: 'none', 'stroke-width': 1.2, ...lineStyle(one) }),
      textElement(one.label, { x: start + sampleLength + 3, y: y + 2.8 }),
    ];
  });
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
  return [...(keys.length === 0 ? [] : [keys.join(', ')]), ...notShown(series)];
}
