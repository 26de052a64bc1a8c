import type { CheckpointStore } from '../store/checkpoint-store.js';

/**
 * Removes the checkpoints after a step that training resumes from: the next resume must not load one of them as the
 * newest.
 * @returns the steps removed.
 * @throws ForgeError FILE_SYSTEM
 */
export async function discardCheckpointsAfter(store: CheckpointStore, step: number): Promise<readonly number[]> {
  const later = (await store.steps()).filter((other) => other > step);
  for (const other of later) await store.remove(other);
  return later;
}
