import type { ComparedMetric } from '../../../protocol/comparison.js';

/** A metric with all its splits, which one chart shows. */
export interface MetricPlot {
  /** What the address calls it: `loss`, `system/memory`. */
  readonly key: string;
  /** The part of the name before its slash; empty for none. */
  readonly group: string;
  readonly metrics: readonly ComparedMetric[];
  /** How many runs have it. */
  readonly runs: number;
}

/** Splits that say nothing of the model's quality share no chart with others. */
const diagnosticSplits = ['gradients', 'system'];

/** Metrics of quality first, then those that most runs have, then in the order of the runs. */
export function metricPlots(metrics: readonly ComparedMetric[]): MetricPlot[] {
  const byKey = new Map<string, ComparedMetric[]>();
  for (const metric of metrics) {
    const key = diagnosticSplits.includes(metric.split) ? `${metric.split}/${metric.name}` : metric.name;
    byKey.set(key, [...(byKey.get(key) ?? []), metric]);
  }
  const plots = [...byKey].map(([key, sharing]) => {
    const slash = key.indexOf('/');
    const runs = Math.max(...sharing.map(runsWith));
    return { key, group: slash < 0 ? '' : key.slice(0, slash), metrics: sharing, runs };
  });
  return plots.sort(
    (a, b) => Math.min(...a.metrics.map(rankOf)) - Math.min(...b.metrics.map(rankOf)) || b.runs - a.runs,
  );
}

/** The addresses of all metrics, the one to compare runs by first. */
export function rankedMetrics(metrics: readonly ComparedMetric[]): ComparedMetric[] {
  return [...metrics].sort((a, b) => rankOf(a) - rankOf(b) || runsWith(b) - runsWith(a));
}

/** Whether the metric has a best value. */
export function hasBest({ best }: ComparedMetric): boolean {
  return best.some((value) => value !== null);
}

function runsWith({ last, best }: ComparedMetric): number {
  return last.filter((value, at) => value !== null || best[at] !== null).length;
}

function rankOf(metric: ComparedMetric): number {
  const { split, direction } = metric;
  if (diagnosticSplits.includes(split)) return 8 + diagnosticSplits.indexOf(split);
  const isQuality = direction !== null || hasBest(metric);
  const isGrouped = metric.name.includes('/');
  if (split === 'valid') return isQuality ? (isGrouped ? 1 : 0) : 4;
  if (split === 'test') return isQuality ? 2 : 5;
  return isQuality ? 3 : isGrouped ? 7 : 6;
}
