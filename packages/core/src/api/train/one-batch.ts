import type { LoadedData } from '../../config/define.js';
import type { BatchDataset, Reader } from '../../data/dataset.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** Batches in an epoch where the data does not know. */
const defaultLength = 100;

/**
 * `--overfit-one-batch`: the first batch of the training data over and over, in epochs of the same length, and that
 * batch as the validation data. A model that can learn reaches a loss near 0 on it.
 */
export function overOneBatch<Data extends Pick<LoadedData, 'train' | 'valid'>>(data: Data): Data {
  const { train } = data;
  let first: Promise<Batch | undefined> | undefined;
  const batch = () => {
    first ??= readFirst(train);
    return first;
  };
  const { length } = train;
  const batches = length === undefined || !Number.isFinite(length) ? defaultLength : length;
  return { ...data, train: repeated(batch, batches), valid: repeated(batch, 1) };
}

function repeated(batch: () => Promise<Batch | undefined>, length: number): BatchDataset {
  return {
    length,
    read({ skip }): Reader<Batch> {
      let left = length - skip;
      return {
        async next() {
          const value = left-- > 0 ? await batch() : undefined;
          return value === undefined ? { done: true, value } : { done: false, value };
        },
      };
    },
  };
}

async function readFirst(train: BatchDataset): Promise<Batch | undefined> {
  const reader = train.read({ epoch: 0, skip: 0 });
  try {
    const next = await reader.next();
    return next.done ? undefined : next.value;
  } finally {
    await reader.return?.();
  }
}
