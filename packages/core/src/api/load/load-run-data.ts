import { join } from 'node:path';
import type { CheckpointInfo } from '../../checkpoint/store/checkpoint-store.js';
import { plainValues } from '../../config/flags/resolve-flags.js';
import { readMetrics } from '../../metrics/log/read-metrics.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';
import { findRun } from '../../run/catalog/find-run.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { RunRecord } from '../../run/record/run-record.js';
import type { NamedTensors } from '../../tensor/tensor-data.js';
import type { Services } from '../services/services.js';
import { soundCheckpoint } from './latest-checkpoint.js';

/** What a run holds as data: tensors, flags and metrics, read without running or importing anything. */
export interface RunData {
  /** All that inference needs, by name. */
  readonly parameters: NamedTensors;
  /** The optimizer's slots, named after the parameters they belong to. */
  readonly optimizer: NamedTensors;
  /** The value of every flag. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: RunRecord;
  /** The step of the checkpoint, and what it says of itself. */
  readonly step: number;
  readonly checkpoint: CheckpointInfo;
  /** Every report of the run, in the order they were made. */
  metrics(): AsyncIterable<MetricRecord>;
}

/**
 * Reads a checkpoint of a run whose code is not to be run: from a stranger, or where its packages are not there.
 * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, FILE_SYSTEM
 */
export async function loadRunData(services: Services, run: string, step: number | undefined): Promise<RunData> {
  const { directory } = services.environment;
  const { path } = await findRun(run, directory, directory);
  const record = await readRunRecord(path);
  const flags = await readRunFlags(path);
  const { state, info } = await soundCheckpoint(services, path, step);
  return {
    parameters: state.parameters,
    optimizer: state.optimizer,
    config: plainValues(flags),
    run: record,
    step: info.step,
    checkpoint: info,
    metrics: () => readMetrics(join(path, 'metrics.jsonl')),
  };
}
