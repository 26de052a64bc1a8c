import type { TrainSession } from '../backend/backend.js';
import { type Batch, bytesPerElement, sizeOf } from '../backend/tensor-data.js';
import type { LoadedData } from '../config/define.js';
import { ForgeError } from '../errors/forge-error.js';
import { isObject } from '../files/json-file.js';
import type { BatchSignature } from '../run/run-record.js';
import { acceptArrays } from './accept-arrays.js';
import { type BatchOrder, batchOrder } from './batch-order.js';
import type { Experiment } from './experiment.js';

/** A model on its engine, and what the model config's `load` returned for it. */
export interface BuiltModel {
  readonly session: TrainSession;
  readonly model: unknown;
  readonly batch: BatchSignature;
  /** How the training batches come; null for a model that was built without data. */
  readonly order: BatchOrder | null;
}

/** What of an experiment a model is built from. */
type Parts = Pick<Experiment, 'engine' | 'model' | 'values'>;

/** Builds the model for data whose first batch tells the shapes. */
export async function buildForData(
  experiment: Parts & Pick<Experiment, 'data'>,
  data: LoadedData,
  args: readonly unknown[] = [],
): Promise<BuiltModel> {
  const first = await firstBatch(data, experiment.data.path);
  // Before the model is built: who is given the batch may keep its memory.
  const order = batchOrder(data.train, first);
  return { ...(await build(experiment, data, first, args)), order };
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
  return { ...(await build(parts, data, Object.fromEntries(zeros), args)), order: null };
}

async function build(
  { engine, model: config, values }: Parts,
  data: unknown,
  sample: Batch,
  args: readonly unknown[],
): Promise<Omit<BuiltModel, 'order'>> {
  let model: unknown;
  const load = async () => {
    model = await config.load(values, data, ...args);
    return model;
  };
  const session = acceptArrays(await engine.build({ load, sample, seed: values.seed }));
  const batch = Object.fromEntries(Object.entries(sample).map(([name, { dtype, shape }]) => [name, { dtype, shape }]));
  return { session, model, batch };
}

async function firstBatch(data: LoadedData, path: string): Promise<Batch> {
  const batches = data.train.read({ epoch: 0, skip: 0 });
  const first = await batches.next();
  await batches.return?.();
  if (first.done) {
    throw new ForgeError('DATA_INVALID', `The training data of ${path} is empty.`, {
      about: 'train',
      hint: 'Check what it returns as `train`; a batch larger than the data with dropRemainder leaves none.',
    });
  }
  const notATensor = Object.entries(first.value).find(
    ([, value]) => !isObject(value) || !('bytes' in value) || value.shape.length === 0,
  );
  if (notATensor !== undefined) {
    throw new ForgeError(
      'DATA_INVALID',
      `The training data of ${path} is not batched: "${notATensor[0]}" is no array of a batch.`,
      {
        about: notATensor[0],
        hint: 'End the dataset with .batch(size).',
      },
    );
  }
  return first.value;
}
