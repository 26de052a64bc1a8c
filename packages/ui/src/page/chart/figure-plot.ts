import { type Plot, type PlotSource, plotOf } from '@forge-ml/plot';
import type { Line } from '../../protocol/curves.js';
import type { ChartBand, Range } from './chart-data.js';
import type { ExportedChart } from './exported-chart.js';
import { firstAt } from './extents.js';

/** The visible part of a chart as a plot for papers. The axis of times of the clock is that of the time since the start. */
export function figurePlot({ curves, bands, axis, logX, logY, range }: ExportedChart): Plot {
  const starts = [...curves.flatMap(({ curve }) => curve.lines), ...bands.flatMap((band) => band.bands)];
  const clock = axis === 'clock' ? startOf(starts) : 0;
  const cut = (lines: readonly Line[]) => lines.flatMap((line) => visiblePart(line, range, clock));
  const isVisible = (x: number) => range === null || (x >= range.from && x <= range.to);
  const visible = (places: readonly number[]) => places.filter(isVisible).map((x) => x - clock);
  const ids = [...new Set(curves.map(({ run }) => run.id))];
  const sources = ids.map((id): PlotSource => {
    const ofRun = curves.filter(({ run }) => run.id === id);
    const { label, color, cycle, resumes, checkpoints } = ofRun[0]!.run;
    return {
      name: label,
      color: { color, cycle },
      resumes: visible(resumes),
      checkpoints: visible(checkpoints),
      curves: ofRun.map(({ curve }) => ({
        ...curve,
        direction: curve.direction ?? undefined,
        lines: cut(curve.lines),
        smoothed: curve.smoothed === null ? null : cut(curve.smoothed),
        notFinite: curve.notFinite.map(({ value, x }) => ({ value, x: visible(x) })).filter(({ x }) => x.length > 0),
        best: curve.best !== null && isVisible(curve.best.x) ? { ...curve.best, x: curve.best.x - clock } : null,
      })),
    };
  });
  const medians = bands.map((band) => bandSource(band, range, clock));
  return plotOf([...sources, ...medians], { axis: axis === 'clock' ? 'time' : axis, log: { x: logX, y: logY } });
}

function startOf(lines: readonly { readonly x: ArrayLike<number> }[]): number {
  return lines.reduce((start, { x }) => Math.min(start, x[0] ?? start), Number.POSITIVE_INFINITY);
}

function visiblePart({ x, y }: Line, range: Range | null, clock: number) {
  const [start, end] = visiblePositions(x, range);
  if (start >= end) return [];
  return [{ x: Array.from(x.subarray(start, end), (place) => place - clock), y: Array.from(y.subarray(start, end)) }];
}

function bandSource(
  { label, color, dash, split, name, bands }: ChartBand,
  range: Range | null,
  clock: number,
): PlotSource {
  const parts = bands.flatMap(({ x, middle, low, high, runs }) => {
    const [start, end] = visiblePositions(x, range);
    if (start >= end) return [];
    const cut = (numbers: readonly number[]) => numbers.slice(start, end);
    return [
      { x: cut(x).map((at) => at - clock), middle: cut(middle), low: cut(low), high: cut(high), runs: cut(runs) },
    ];
  });
  const curve = {
    metric: `${split}.${name}`,
    split,
    name,
    direction: undefined,
    lines: parts.map(({ x, middle: y }) => ({ x, y })),
    smoothed: null,
    notFinite: [],
    best: null,
    last: null,
    values: 0,
    notPositive: 0,
    bands: parts,
  };
  return { name: label, color: { color, cycle: dash }, curves: [curve], resumes: [], checkpoints: [] };
}

/** The position of the first visible place, and the one after the last. */
function visiblePositions(x: ArrayLike<number>, range: Range | null): [start: number, end: number] {
  if (range === null) return [0, x.length];
  let end = firstAt(x, range.to);
  while (x[end] === range.to) end++;
  return [firstAt(x, range.from), end];
}
