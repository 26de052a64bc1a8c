import type { MetricsSample } from '@forge-ml/core/manage';
import { directionsOfRun, type MeasuredMetrics, type RunRecord } from '@forge-ml/core/runs';
import type { RunMetric } from '../protocol/run-view.js';

/** The metrics of a run with their last and best values, those of its splits before the diagnostic ones. */
export function runMetrics(record: RunRecord, best: MeasuredMetrics, sample: MetricsSample): RunMetric[] {
  const directionOf = directionsOfRun(record.directions);
  const names = [...namesIn(record.metrics), ...namesIn(best), ...sample.metrics];
  const unique = new Map(names.map((metric) => [`${metric.split}.${metric.name}`, metric]));
  return [...unique].map(([address, { split, name }]) => ({
    ...{ address, split, name },
    direction: directionOf(split, name) ?? null,
    last: sample.last[split]?.[name]?.value ?? record.metrics[split]?.[name] ?? null,
    best: best[split]?.[name] ?? null,
  }));
}

function namesIn(splits: Readonly<Record<string, object>>): { split: string; name: string }[] {
  return Object.entries(splits).flatMap(([split, values]) => Object.keys(values).map((name) => ({ split, name })));
}
