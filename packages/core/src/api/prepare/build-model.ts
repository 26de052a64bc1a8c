import type { BuildRequest, TrainSession } from '../../backend/backend.js';
import type { LoadedData } from '../../config/define.js';
import { declaredAccumulators } from '../../model/declared-metrics.js';
import { type TrainingMemory, trainingMemory } from '../../model/training-memory.js';
import type { StoredPreparation } from '../../preprocessing/preparation-file.js';
import type { BatchSignature } from '../../run/record/run-record.js';
import { type Batch, bytesPerElement, sizeOf } from '../../tensor/tensor-data.js';
import { SplitMetrics } from '../../train/loop/split-metrics.js';
import { acceptArrays } from '../data/accept-arrays.js';
import { firstBatch } from '../data/first-batch.js';
import { storedPreparationsOf } from '../data/preparations.js';
import { type BatchOrder, batchOrder } from './batch-order.js';
import { possibleFeatures, requestedFeatures, requireFeatures } from './build-features.js';
import { checkMemory } from './check-memory.js';
import type { PreparedRun } from './prepared-run.js';

/** A model on its engine, which `await using` disposes of, and what the model config's `load` returned for it. */
export interface BuiltModel extends AsyncDisposable {
  readonly session: TrainSession;
  readonly model: unknown;
  readonly batch: BatchSignature;
  /** What training is expected to take; undefined where the engine cannot tell, or it is not built for training. */
  readonly memory?: TrainingMemory | undefined;
  /** The metrics over a whole split that the model declares; undefined if it declares none. */
  readonly metrics: SplitMetrics | undefined;
  /** How the training batches come; null for a model that was built without data. */
  readonly order: BatchOrder | null;
  /** The fitted preprocessing of its data, for a new run to store. */
  readonly preparations: readonly StoredPreparation[];
}

/** The parts of a run that a model is built from. */
type Parts = Pick<PreparedRun, 'engine' | 'model' | 'values'>;

/** Builds the model for data, with the shapes of its first batch. */
export async function buildForData(
  experiment: Parts & Pick<PreparedRun, 'data'>,
  data: LoadedData,
  warn: (message: string) => void,
  args: readonly unknown[] = [],
): Promise<BuiltModel> {
  requireFeatures(experiment.engine, experiment.values);
  const first = await firstBatch(data.train, 'train', experiment.data.path);
  let memory: TrainingMemory | undefined;
  // Before the model is built: the model may keep the batch's memory.
  const order = batchOrder(data.train, first);
  return {
    ...(await build(experiment, data, first, args, {
      ...requestedFeatures(experiment.values),
      onMemory: (estimate) => {
        memory = trainingMemory(estimate, {
          evaluates: data.valid !== undefined,
          saveMode: experiment.values.saveMode,
        });
        checkMemory(memory, warn);
      },
    })),
    memory,
    order,
    preparations: storedPreparationsOf(data),
  };
}

/** Builds the model from a signature alone: no data is read. */
export async function buildForSignature(
  parts: Parts,
  data: unknown,
  batch: BatchSignature,
  args: readonly unknown[] = [],
): Promise<BuiltModel> {
  const zeros = Object.entries(batch).map(([name, { dtype, shape }]) => {
    return [name, { dtype, shape, bytes: new Uint8Array(sizeOf(shape) * bytesPerElement[dtype]) }] as const;
  });
  return {
    ...(await build(parts, data, Object.fromEntries(zeros), args, possibleFeatures(parts.engine, parts.values))),
    order: null,
    preparations: [],
  };
}

/** The types and shapes of arrays. */
export function signatureOf(batch: Batch): BatchSignature {
  return Object.fromEntries(Object.entries(batch).map(([name, { dtype, shape }]) => [name, { dtype, shape }]));
}

async function build(
  { engine, model: config, values }: Parts,
  data: unknown,
  sample: Batch,
  args: readonly unknown[],
  features: Pick<BuildRequest, 'ema' | 'freeze' | 'onMemory'>,
): Promise<Omit<BuiltModel, 'order' | 'preparations'>> {
  let model: unknown;
  const load = async () => {
    model = await config.load(values, data, ...args);
    return model;
  };
  const built = await engine.build({ load, sample, seed: values.seed, ...features });
  const batch = signatureOf(sample);
  const session = acceptArrays(built, batch);
  const declared = declaredAccumulators(model);
  const metrics =
    declared.size === 0 ? undefined : new SplitMetrics(declared, session.labels, engine.features?.outputs === true);
  return { session, model, batch, metrics, [Symbol.asyncDispose]: async () => session.dispose() };
}
