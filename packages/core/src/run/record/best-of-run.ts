import { join } from 'node:path';
import { lastAndBest, type MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import { readMetrics } from '../../metrics/log/read-metrics.js';
import { directionsOfRun } from '../../metrics/metric-address.js';
import type { RunRecord } from './run-record.js';

/**
 * The best value of each metric of a run whose direction is known: from its `run.json`, or computed from its
 * `metrics.jsonl` if that has none.
 * @param folder the run's folder
 * @throws ForgeError RUN_INVALID naming the invalid line of `metrics.jsonl`, FILE_SYSTEM
 */
export async function bestOfRun(
  folder: string,
  { best, directions }: Pick<RunRecord, 'best' | 'directions'>,
): Promise<MeasuredMetrics> {
  if (best !== undefined) return best;
  return (await lastAndBest(readMetrics(join(folder, 'metrics.jsonl')), directionsOfRun(directions))).best;
}
