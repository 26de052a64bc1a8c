import { dashPattern } from '../colors/dashes.js';
import { runPalette } from '../colors/run-palette.js';
import type { Panel, Plot, Series } from '../curves/plot.js';
import { acrossOf } from '../svg/axes.js';
import { type Box, element, round } from '../svg/elements.js';
import { bestMark, linePath, notFiniteMark } from '../svg/marks.js';

/** Where points of a panel are in the figure, in points. */
export interface Placing {
  readonly box: Box;
  readonly xOf: (x: number) => number;
  readonly yOf: (y: number) => number;
}

export function lineStyle({ color, dash }: Pick<Series, 'color' | 'dash'>): Readonly<Record<string, string>> {
  const pattern = dashPattern(dash);
  return { stroke: runPalette[color]!.light, ...(pattern === '' ? {} : { 'stroke-dasharray': pattern }) };
}

/** The band around a median. */
export function bandAreas({ bands = [], color }: Series, { xOf, yOf }: Placing): string[] {
  return bands.map(({ x, low, high }) => {
    const places = x.map(xOf);
    const outline = linePath([...places, ...places.toReversed()], [...low.map(yOf), ...high.map(yOf).reverse()]);
    return element('path', { d: `${outline}Z`, fill: runPalette[color]!.light, 'fill-opacity': 0.18 });
  });
}

/** The best point, and where values are not finite. */
export function pointMarks({ curve, color, run }: Series, panel: Panel, { box, xOf, yOf }: Placing): string[] {
  const ink = runPalette[color]!.light;
  const { best, notFinite, metric } = curve;
  const bad = notFinite.flatMap(({ value, x }) =>
    x.map((at) => notFiniteMark(value, xOf(at), value === '-Infinity' ? box.bottom : box.top, ink, `${run} ${value}`)),
  );
  if (best === null || (panel.y.log && best.value <= 0)) return bad;
  const title = `${run} best:${metric} ${best.value} at step ${best.step}`;
  return [...bad, bestMark(xOf(best.x), yOf(best.value), ink, title)];
}

/** Ticks on the horizontal axis: short for a checkpoint, long for a resume. */
export function eventTicks(plot: Plot, panel: Panel, box: Box): string[] {
  const shown = plot.events.filter(({ run }) => panel.series.some((series) => series.run === run));
  return shown.flatMap(({ run, color, resumes, checkpoints }) => {
    const ticks = (places: readonly number[], length: number, width: number, what: string) =>
      places.flatMap((at) => {
        const place = plot.x.place(at);
        if (place < 0 || place > 1) return [];
        const d = `M${acrossOf(box, place)},${round(box.bottom)}v${-length}`;
        return [element('path', { d, stroke: runPalette[color]!.light, 'stroke-width': width }, `${run} ${what}`)];
      });
    return [...ticks(checkpoints, 3, 0.5, 'checkpoint'), ...ticks(resumes, 8, 1, 'resume')];
  });
}
