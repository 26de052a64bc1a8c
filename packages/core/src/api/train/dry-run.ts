import { basename } from 'node:path';
import type { EngineInfo, Stats } from '../../backend/backend.js';
import type { LoadedData } from '../../config/define.js';
import type { ResolvedFlags } from '../../config/flags/resolve-flags.js';
import { checkOptions } from '../../errors/check-options.js';
import { type ParameterTable, parameterTable } from '../../model/parameter-table.js';
import type { TrainingMemory } from '../../model/training-memory.js';
import type { BatchSignature } from '../../run/record/run-record.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { evaluateBatch, withMetrics } from '../../train/loop/evaluate-batch.js';
import { followStops, type StopInputs } from '../../train/stop/follow-stops.js';
import { firstBatch } from '../data/first-batch.js';
import { type BuiltModel, signatureOf } from '../prepare/build-model.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';
import { withTraining } from './train.js';
import { warmStart } from './warm-start.js';

/** What a run would train, on what. */
export interface DryRun {
  readonly backend: string;
  readonly engine: EngineInfo;
  readonly flags: ResolvedFlags;
  readonly parameters: ParameterTable;
  /** What training is expected to take of the machine's memory; null where the engine cannot tell. */
  readonly memory: TrainingMemory | null;
  /** Batches in an epoch by split; null where the data does not know. */
  readonly batches: Readonly<Record<string, number | null>>;
  /** The first batch of the training data. */
  readonly batch: Batch;
  /**
   * One batch before the first step: of the validation data where there is any. The model's loss, stats and metrics, and
   * the types and shapes of its outputs.
   */
  readonly evaluation: {
    readonly split: 'train' | 'valid';
    readonly metrics: Stats;
    readonly outputs: BatchSignature;
  };
}

/**
 * Does everything but training: loads the data, builds the model, checks what `Forge.train` checks, and evaluates one
 * batch. Writes nothing.
 * @throws ForgeError as `Forge.train` before its first step
 */
export async function dryRun(services: Services, experiment: PreparedRun, options: StopInputs = {}): Promise<DryRun> {
  checkOptions(options, ['signal', 'stop'], { of: 'Forge.dryRun(run, options)', synonyms: { abortSignal: 'signal' } });
  const stop = followStops(options, 'Forge.dryRun(run, options)');
  try {
    return await withTraining(services, experiment, stop, async ({ data, built }) => {
      if (experiment.reopened === null) {
        await warmStart(services, experiment, built.session, await built.session.capture());
      }
      const path = basename(experiment.data.path);
      const batch = await firstBatch(data.train, 'train', path);
      const split = data.valid === undefined ? 'train' : 'valid';
      const evaluated = data.valid === undefined ? batch : await firstBatch(data.valid, 'valid', path);
      return {
        backend: experiment.backend.name,
        engine: experiment.engine.info,
        flags: experiment.flags,
        parameters: parameterTable(built.session.parameters, built.session.base),
        memory: built.memory ?? null,
        batches: batchesOf(data),
        batch,
        evaluation: { split, ...(await evaluateOnce(built, evaluated)) },
      };
    });
  } finally {
    stop.release();
  }
}

async function evaluateOnce({ session, metrics }: BuiltModel, batch: Batch) {
  const pass = metrics?.ofSplit();
  const stats = await evaluateBatch(session, batch, pass);
  return {
    metrics: withMetrics(stats, pass?.accumulators.stats),
    outputs: signatureOf(await session.predict(batch)),
  };
}

function batchesOf({ train, valid }: LoadedData): Record<string, number | null> {
  const known = (length: number | undefined) => (length === undefined || !Number.isFinite(length) ? null : length);
  return { train: known(train.length), ...(valid === undefined ? {} : { valid: known(valid.length) }) };
}
