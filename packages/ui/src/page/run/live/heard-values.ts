import type { MetricsEvent } from '../../../protocol/live.js';
import type { RunMetric, RunView } from '../../../protocol/run-view.js';

type Best = NonNullable<RunMetric['best']>;

/** What the values that were heard say about a run, besides its curves. */
export interface HeardValues {
  readonly step: number;
  readonly epoch: number;
  /** By address of the metric; null without finite values. */
  readonly extremes: ReadonlyMap<string, { readonly min: Best | null; readonly max: Best | null }>;
}

export const nothingHeard: HeardValues = { step: 0, epoch: 0, extremes: new Map() };

export function heardMore(heard: HeardValues, { points }: MetricsEvent): HeardValues {
  let { step, epoch } = heard;
  const extremes = new Map(heard.extremes);
  for (const [address, columns] of Object.entries(points)) {
    let { min, max } = extremes.get(address) ?? { min: null, max: null };
    for (const [at, value] of columns.value.entries()) {
      const point = { value, step: columns.step[at]! };
      if (point.step > step) [step, epoch] = [point.step, columns.epoch[at]!];
      if (!Number.isFinite(value)) continue;
      if (min === null || value < min.value) min = point;
      if (max === null || value > max.value) max = point;
    }
    extremes.set(address, { min, max });
  }
  return { step, epoch, extremes };
}

/** A run as its newest values say: its curves are never ahead of its facts. */
export function withValues(run: RunView, heard: HeardValues): RunView {
  if (heard.extremes.size === 0) return run;
  const metrics = run.metrics.map((metric): RunMetric => {
    const { address, direction, best } = metric;
    const next = direction === null ? null : (heard.extremes.get(address)?.[direction] ?? null);
    if (next === null) return metric;
    const isBetter = best === null || (direction === 'min' ? next.value < best.value : next.value > best.value);
    return isBetter ? { ...metric, best: next } : metric;
  });
  return heard.step > run.step ? { ...run, metrics, step: heard.step, epoch: heard.epoch } : { ...run, metrics };
}
