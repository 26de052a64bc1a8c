import type { Curve, CurveLine, RunCurves } from '@forge-ml/core/runs';
import { formatNumber, printableText } from '@forge-ml/core/text';
import { runColors } from '../colors/run-colors.js';
import { type Band, bandsOf, type Spread } from './bands.js';
import { type Plot, type PlotSettings, plotOf, type SourceCurve } from './plot.js';

/** Runs that repeat one configuration with other seeds. */
export interface Repeats {
  /** What tells it from the others: `hidden 64`. */
  readonly label: string;
  readonly runs: readonly RunCurves[];
}

/**
 * A line for the median of each configuration with a band around it, over the smoothed lines where the curves are smoothed.
 * A configuration with one run has its line alone. Resumes and checkpoints are not in it.
 */
export function makeBandPlot(groups: readonly Repeats[], spread: Spread, settings: PlotSettings): Plot {
  const all = groups.filter(({ runs }) => runs.length > 0);
  const colors = runColors(all.map(({ runs }) => runs[0]!.run));
  const sources = all.map(({ label, runs }, at) => ({
    name: printableText(label),
    color: colors[at]!,
    curves: curvesOf(runs, spread),
    resumes: [],
    checkpoints: [],
  }));
  const counts = all.map(({ runs }) => runs.length);
  return { ...plotOf(sources, settings), repeats: { spread, least: Math.min(...counts), most: Math.max(...counts) } };
}

function curvesOf(runs: readonly RunCurves[], spread: Spread): SourceCurve[] {
  const metrics = [...new Set(runs.flatMap(({ curves }) => curves.map(({ metric }) => metric)))];
  return metrics.map((metric) => {
    return combined(
      runs.flatMap(({ curves }) => curves.filter((curve) => curve.metric === metric)),
      spread,
    );
  });
}

function combined(curves: readonly Curve[], spread: Spread): SourceCurve {
  const lines = curves.map(({ lines: raw, smoothed }) => smoothed ?? raw);
  const bands = bandsOf(lines, spread);
  const middle: readonly CurveLine[] = curves.length === 1 ? lines[0]! : bands.map(({ x, middle: y }) => ({ x, y }));
  return {
    ...curves[0]!,
    lines: middle,
    smoothed: null,
    notFinite: curves.flatMap(({ notFinite }) => notFinite),
    best: null,
    last: null,
    values: sum(curves.map(({ values }) => values)),
    notPositive: sum(curves.map(({ notPositive }) => notPositive)),
    bands,
    facts: factsOf(curves.length, middle, bands),
  };
}

function factsOf(runs: number, middle: readonly CurveLine[], bands: readonly Band[]): string[] {
  const last = middle.at(-1)?.y.at(-1);
  if (runs === 1) return ['1 run', ...(last === undefined ? [] : [`last ${formatNumber(last)}`])];
  const band = bands.at(-1);
  if (last === undefined || band === undefined) return [`${runs} runs`, 'never at the same step'];
  const [low, high] = [formatNumber(band.low.at(-1)!), formatNumber(band.high.at(-1)!)];
  return [`${runs} runs`, `last ${formatNumber(last)} (${low} to ${high})`];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
