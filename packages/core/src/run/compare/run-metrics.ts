import { isLearningRate } from '../../metrics/learning-rate.js';
import type { MeasuredValue } from '../../metrics/log/last-and-best.js';
import { nameOfMetric } from '../../metrics/metric-address.js';
import { bestOfRun } from '../record/best-of-run.js';
import type { RunRecord } from '../record/run-record.js';

/** The metrics of a run by address: `valid.loss`. Without learning rates, which follow from the flags. */
export interface RunMetrics {
  readonly last: ReadonlyMap<string, number>;
  readonly best: ReadonlyMap<string, MeasuredValue>;
}

/** @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function readRunMetrics(run: string, record: RunRecord): Promise<RunMetrics> {
  return { last: byAddress(record.metrics), best: byAddress(await bestOfRun(run, record)) };
}

function byAddress<T>(metrics: Readonly<Record<string, Readonly<Record<string, T>>>>): ReadonlyMap<string, T> {
  const pairs = Object.entries(metrics).flatMap(([split, values]) =>
    Object.entries(values)
      .filter(([name]) => !isLearningRate(name))
      .map(([name, value]) => [nameOfMetric({ split, name }), value] as const),
  );
  return new Map(pairs);
}
