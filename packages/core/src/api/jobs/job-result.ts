import { ForgeError } from '../../errors/forge-error.js';
import type { JobResult, Objective } from '../../jobs/job.js';
import { directionsOfRun, namesOfMetrics, parseMetricAddress } from '../../metrics/metric-address.js';
import { bestOfRun } from '../../run/record/best-of-run.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { runSeconds } from '../../run/record/run-duration.js';
import type { RunRecord } from '../../run/record/run-record.js';

type Status = JobResult['status'];

/** The result of a job without a run. */
export function withoutRun(status: Status, reason: string | null): JobResult {
  return { status, reason, values: null, step: 0, epoch: 0, seconds: 0 };
}

/**
 * The result of a job whose run has ended, from the run's files.
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM
 */
export async function resultOfRun(
  folder: string,
  objectives: readonly Objective[],
  status: Status,
  reason: string | null,
): Promise<JobResult> {
  const record = await readRunRecord(folder);
  const { step, epoch } = record;
  const seconds = runSeconds(record, record.status) ?? 0;
  const measured = await Promise.all(objectives.map((objective) => objectiveOf(folder, record, objective)));
  const values = measured.every((value) => Number.isFinite(value)) ? (measured as number[]) : null;
  const missing = objectives.find((_, index) => measured[index] === undefined);
  const ended = status === 'completed' || status === 'paused';
  const why = reason ?? (ended && missing !== undefined ? notReported(missing, record) : null);
  return { status, reason: why, values: objectives.length === 0 ? null : values, step, epoch, seconds };
}

async function objectiveOf(
  folder: string,
  record: RunRecord,
  { metric, direction, value }: Objective,
): Promise<number | undefined> {
  const address = parseMetricAddress(metric);
  if (address === undefined) {
    throw new ForgeError('METRIC_INVALID', `${JSON.stringify(metric)} is not the name of a metric.`, { about: metric });
  }
  const { split, name } = address;
  if (value === 'last') return record.metrics[split]?.[name];
  const isKnown = directionsOfRun(record.directions)(split, name) === direction;
  // Where the run has another direction for it, or none, its best value is computed.
  const best = await bestOfRun(
    folder,
    isKnown ? record : { directions: { ...record.directions, [metric]: direction } },
  );
  return best[split]?.[name]?.value;
}

function notReported({ metric }: Objective, { metrics }: RunRecord): string {
  return `${metric} was not reported; the run has ${namesOfMetrics(metrics).join(', ') || 'no metrics'}`;
}
