import type { CheckpointInfo } from '../../checkpoint/store/checkpoint-store.js';
import type { BatchDataset } from '../../data/dataset.js';
import { type Checksum, crc32Summer, isChecksum } from '../../fs/checksum.js';
import { isObject } from '../../json/is-object.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** Identifies the batches that a position in the training data counts, to compare them after a change of flags or code. */
export interface BatchOrder {
  /** Batches in an epoch; null if unknown. */
  readonly length: number | null;
  /** Over names, types, shapes and bytes of the first batch of the first epoch. */
  readonly first: Checksum;
}

export function batchOrder(train: BatchDataset, first: Batch): BatchOrder {
  const summer = crc32Summer();
  for (const name of Object.keys(first).sort()) {
    const { dtype, shape, bytes } = first[name]!;
    summer.update(Buffer.from(JSON.stringify([name, dtype, shape])));
    summer.update(bytes);
  }
  return { length: train.length ?? null, first: summer.checksum() };
}

/** The batch order of a checkpoint's position; undefined if an earlier version of Forge saved it. */
export function orderOf({ state: { data } }: CheckpointInfo): BatchOrder | undefined {
  if (!isObject(data) || !isChecksum(data.first)) return undefined;
  return data.length === null || Number.isSafeInteger(data.length) ? (data as unknown as BatchOrder) : undefined;
}
