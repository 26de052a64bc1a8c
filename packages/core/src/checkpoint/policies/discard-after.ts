import type { CheckpointStore } from '../store/checkpoint-store.js';

/**
 * Removes the checkpoints past a step, when training goes on from it: they belong to a course that was given up,
 * and the next resume must not take one of them for the newest.
 * @returns the steps removed.
 * @throws ForgeError FILE_SYSTEM
 */
export async function discardCheckpointsAfter(store: CheckpointStore, step: number): Promise<readonly number[]> {
  const later = (await store.steps()).filter((other) => other > step);
  for (const other of later) await store.remove(other);
  return later;
}
