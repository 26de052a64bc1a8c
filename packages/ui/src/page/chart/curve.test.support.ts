import type { Curve, Curves, CurvesOfRun, CurvesRequest, Line } from '../../protocol/curves.js';
import type { MetricsEvent } from '../../protocol/live.js';

export const request: CurvesRequest = {
  runs: ['results/a/1'],
  metrics: ['valid.loss'],
  axis: 'step',
  from: null,
  to: null,
  width: 100,
  logX: false,
  logY: false,
  smooth: 0,
};

export function line(points: readonly (readonly [x: number, y: number])[]): Line {
  return { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) };
}

/** A curve with a value at each of these steps; the axis is that of steps. */
export function curve(points: readonly (readonly [step: number, value: number])[], rest: Partial<Curve> = {}): Curve {
  const pointAt = ([step, value]: readonly [number, number]) => ({ x: step, step, epoch: 0, time: step * 1000, value });
  const finite = points.filter(([, value]) => Number.isFinite(value));
  const lowest = [...finite].sort(([, a], [, b]) => a - b)[0];
  return {
    run: 'results/a/1',
    metric: 'valid.loss',
    split: 'valid',
    name: 'loss',
    direction: 'min',
    lines: finite.length === 0 ? [] : [line(finite)],
    smoothed: null,
    notFinite: [],
    best: lowest === undefined ? null : pointAt(lowest),
    last: points.length === 0 ? null : pointAt(points.at(-1)!),
    values: points.length,
    notPositive: 0,
    ...rest,
  };
}

export function facts(rest: Partial<CurvesOfRun> = {}): CurvesOfRun {
  return {
    run: 'results/a/1',
    status: 'running',
    created: 0,
    resumes: [],
    checkpoints: [],
    end: null,
    stepsPerEpoch: null,
    cursor: 0,
    ...rest,
  };
}

export function answer(curves: readonly Curve[], cursor: number): Curves {
  return { curves, runs: [facts({ cursor })], failed: [] };
}

/** New values of `valid.loss`, by their steps. */
export function event(from: number, to: number, points: readonly (readonly [number, number])[]): MetricsEvent {
  const step = points.map(([at]) => at);
  const columns = { step, epoch: step.map(() => 0), time: step.map((at) => at * 1000) };
  return { run: 'results/a/1', from, to, points: { 'valid.loss': { ...columns, value: points.map(([, y]) => y) } } };
}

/** The points of all lines. */
export function pointsOf({ lines }: Pick<Curve, 'lines'>): number[][][] {
  return lines.map(({ x, y }) => Array.from(x, (place, at) => [place, y[at]!]));
}
