import type { Curve, CurveAxis, CurveLine, RunCurves } from '@forge-ml/core/runs';
import { printableText } from '@forge-ml/core/text';
import { type RunColor, runColors } from '../colors/run-colors.js';
import { type Scale, scaleOver } from '../scales/scale.js';
import type { Band, Spread } from './bands.js';

/** A curve as drawn. */
export interface Series {
  readonly run: string;
  /** The run, and the split if the panel has several. */
  readonly label: string;
  readonly color: RunColor['color'];
  /** 0 for a solid line. */
  readonly dash: number;
  readonly curve: Curve;
  /** Around the curve, if it is the median of several runs. */
  readonly bands?: readonly Band[];
  /** What a legend says of it. Default: its last and best value. */
  readonly facts?: readonly string[];
}

/** The curves of one metric over all runs and splits, on the same axes. */
export interface Panel {
  readonly title: string;
  readonly y: Scale;
  readonly series: readonly Series[];
}

/** What happened to a run, on the horizontal axis. */
export interface RunEvents {
  readonly run: string;
  readonly color: RunColor['color'];
  readonly resumes: readonly number[];
  readonly checkpoints: readonly number[];
}

/** Curves of runs, ready to be drawn. */
export interface Plot {
  readonly xTitle: string;
  /** The word for a place on the horizontal axis: `step`. */
  readonly unit: string;
  readonly x: Scale;
  /** The horizontal number of a place of a curve in the unit of the axis. */
  readonly toUnit: (x: number) => number;
  readonly panels: readonly Panel[];
  readonly events: readonly RunEvents[];
  /** What bands cover, and of how many runs, if there are any. */
  readonly repeats?: { readonly spread: Spread; readonly least: number; readonly most: number };
}

export interface PlotSettings {
  readonly axis: CurveAxis;
  readonly log: { readonly x: boolean; readonly y: boolean };
}

/** A panel for each metric name: its splits are comparable, other metrics have axes of their own. */
export function makePlot(runs: readonly RunCurves[], settings: PlotSettings): Plot {
  const colors = runColors(runs.map(({ run }) => run));
  const sources = runs.map(({ run, ...rest }, at) => ({ ...rest, name: nameOfRun(run), color: colors[at]! }));
  return plotOf(sources, settings);
}

/** A curve of a run, or of several with the band around it. */
export type SourceCurve = Curve & Pick<Series, 'bands' | 'facts'>;

/** What has lines of one color: a run, or the runs of a configuration. */
export interface PlotSource {
  readonly name: string;
  readonly color: RunColor;
  readonly curves: readonly SourceCurve[];
  readonly resumes: readonly number[];
  readonly checkpoints: readonly number[];
}

/** As `makePlot`. */
export function plotOf(sources: readonly PlotSource[], { axis, log }: PlotSettings): Plot {
  const all = sources.flatMap(({ curves }) => curves);
  const { unit, seconds } = axis === 'time' ? timeUnit(all) : { unit: axis, seconds: 1 };
  const toUnit = (x: number) => x / seconds;
  const names = [...new Set(all.map(({ name }) => name))];
  return {
    xTitle: `${axis === 'time' ? `time (${unit})` : axis}${log.x ? ', log scale' : ''}`,
    unit,
    x: scaleOver(horizontalRange(all).map(toUnit), log.x, false),
    toUnit,
    panels: names.map((name) => panelOf(name, sources, log.y)),
    events: sources.map(({ name, color, resumes, checkpoints }) => ({
      run: name,
      color: color.color,
      resumes: resumes.map(toUnit),
      checkpoints: checkpoints.map(toUnit),
    })),
  };
}

/** The ends of the horizontal axis. It starts at 0 where that is not far away. */
function horizontalRange(curves: readonly Curve[]): number[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { lines, notFinite } of curves) {
    for (const { x } of [...lines, ...notFinite]) {
      low = Math.min(low, x[0]!);
      high = Math.max(high, x.at(-1)!);
    }
  }
  if (low > high) return [];
  return low > 0 && low < high / 10 ? [0, low, high] : [low, high];
}

function panelOf(name: string, sources: readonly PlotSource[], log: boolean): Panel {
  const ofName = sources.map(({ curves }) => curves.filter((curve) => curve.name === name));
  const splits = [...new Set(ofName.flat().map(({ split }) => split))];
  const series = sources.flatMap(({ name: run, color: { color, cycle } }, at): Series[] =>
    ofName[at]!.map(({ bands, facts, ...curve }) => ({
      run,
      label: splits.length === 1 ? run : `${run} ${printableText(curve.split)}`,
      color,
      dash: splits.indexOf(curve.split) + splits.length * cycle,
      curve: { ...curve, metric: printableText(curve.metric) },
      ...(bands === undefined ? {} : { bands }),
      ...(facts === undefined ? {} : { facts }),
    })),
  );
  const ys = (function* () {
    for (const { curve, bands = [] } of series) {
      for (const { y } of linesOf(curve)) yield* y;
      for (const { low, high } of bands) yield* [...low, ...high];
    }
  })();
  const title = splits.length === 1 ? `${splits[0]}.${name}` : name;
  return { title: `${printableText(title)}${log ? ', log scale' : ''}`, y: scaleOver(ys, log, true), series };
}

/** The raw lines and the smoothed ones. */
function linesOf({ lines, smoothed }: Curve): readonly CurveLine[] {
  return [...lines, ...(smoothed ?? [])];
}

export function nameOfRun({ experiment, number }: { readonly experiment: string; readonly number: number }): string {
  return printableText(`${experiment}/${number}`);
}

function timeUnit(curves: readonly Curve[]): { unit: string; seconds: number } {
  const longest = Math.max(0, ...curves.flatMap(({ lines }) => lines.map(({ x }) => x.at(-1)!)));
  if (longest < 120) return { unit: 's', seconds: 1 };
  if (longest < 2 * 3600) return { unit: 'min', seconds: 60 };
  if (longest < 48 * 3600) return { unit: 'h', seconds: 3600 };
  return { unit: 'd', seconds: 24 * 3600 };
}
