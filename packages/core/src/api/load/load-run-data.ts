import { join } from 'node:path';
import type { CheckpointAddress } from '../../checkpoint/checkpoint-address.js';
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
import { findCheckpoint } from './find-checkpoint.js';

/** A run's tensors, flags and metrics, read without running or importing any code. */
export interface RunData {
  /** The model's parameters, by name. */
  readonly parameters: NamedTensors;
  /** The optimizer's slots, named after the parameters they belong to. */
  readonly optimizer: NamedTensors;
  /** The moving average of each trained parameter, of a run with `--ema`. */
  readonly ema?: NamedTensors;
  /** The value of every flag. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: RunRecord;
  /** The checkpoint's step and manifest. */
  readonly step: number;
  readonly checkpoint: CheckpointInfo;
  /** All metric records of the run, in order. */
  metrics(): AsyncIterable<MetricRecord>;
}

/**
 * Reads a checkpoint without running the run's code: for untrusted runs, or where its packages are not installed.
 * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, FILE_SYSTEM
 */
export async function loadRunData(
  services: Services,
  run: string,
  address: CheckpointAddress | undefined,
): Promise<RunData> {
  const { directory } = services.environment;
  const { path } = await findRun(run, directory, directory);
  const record = await readRunRecord(path);
  const flags = await readRunFlags(path);
  const { state, info } = await findCheckpoint(services, path, address);
  return {
    parameters: state.parameters,
    optimizer: state.optimizer,
    ...(state.ema === undefined ? {} : { ema: state.ema }),
    config: plainValues(flags),
    run: record,
    step: info.step,
    checkpoint: info,
    metrics: () => readMetrics(join(path, 'metrics.jsonl')),
  };
}
