import type { FoundRate } from '@forge-ml/core';
import type { Curve } from '@forge-ml/core/runs';
import { type Plot, type Series, scaleOver } from '@forge-ml/plot';
import { wrapWords } from '../../terminal/wrap.js';
import type { TerminalPlotSettings } from './symbols.js';
import { renderTerminalPlot } from './terminal-plot.js';

/** The rates that were to be tried. */
interface RateRange {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** The smoothed loss by learning rate, the suggested rate, and where the search ended. */
export function renderFoundRate(found: FoundRate, range: RateRange, settings: TerminalPlotSettings): string {
  const plot = found.points.length === 0 ? [] : [renderTerminalPlot(plotOf(found, range), settings), ''];
  return [...plot, ...conclusion(found, range).map((line) => wrapWords(line, settings.columns))].join('\n');
}

function plotOf({ points: all, suggestion }: FoundRate, { from, to, steps }: RateRange): Plot {
  // The loss that diverged may be a thousand times the others, which then look equal.
  const points = all.length > 2 && all.length < steps ? all.slice(0, -1) : all;
  const step = points.findIndex(({ rate }) => rate === suggestion);
  const suggested = points[step];
  const series: Series = {
    run: '',
    label: 'smoothed loss',
    facts: suggested === undefined ? [] : [`suggested ${formatRate(suggested.rate)}`],
    color: 0,
    dash: 0,
    curve: {
      ...curveOf(points.map(({ rate, smoothed }) => [rate, smoothed])),
      best: suggested === undefined ? null : { step, epoch: 0, time: 0, x: suggested.rate, value: suggested.smoothed },
    },
  };
  const losses = points.map(({ smoothed }) => smoothed);
  return {
    xTitle: 'learning rate, log scale',
    unit: 'learning rate',
    x: scaleOver([from, to], true, false),
    toUnit: (rate) => rate,
    panels: [{ title: 'train.loss', y: scaleOver(losses, false, true), series: [series] }],
    events: [],
  };
}

function curveOf(points: readonly (readonly [x: number, y: number])[]): Curve {
  return {
    metric: 'train.loss',
    split: 'train',
    name: 'loss',
    direction: 'min',
    lines: [{ x: points.map(([x]) => x), y: points.map(([, y]) => y) }],
    smoothed: null,
    notFinite: [],
    best: null,
    last: null,
    values: points.length,
    notPositive: 0,
  };
}

function conclusion({ points, suggestion }: FoundRate, { from, to, steps }: RateRange): string[] {
  const last = points.at(-1);
  if (last === undefined) return [`The loss is not finite at the first rate, ${formatRate(from)}: nothing to compare.`];
  const ended =
    points.length < steps ? [`The loss diverged above ${formatRate(last.rate)}: higher rates were not tried.`] : [];
  const hint = `No rate lowered the loss: try others with --lowest-rate and --highest-rate (now to ${formatRate(to)}).`;
  return [...ended, suggestion === null ? hint : `Suggested learning rate: ${formatRate(suggestion)}`];
}

/** Three digits: a search does not tell more. */
function formatRate(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
