import { dirname } from 'node:path';
import { type FileSystem, nodeFileSystem } from '../../fs/file-system.js';
import { fsError } from '../../fs/fs-error.js';
import { guarded } from '../../fs/safe-files.js';
import { layOut } from '../../tensor/safetensors-layout.js';
import { clearLeftovers, createCheckpoint } from './checkpoint-folders.js';
import type { CheckpointDetails } from './checkpoint-store.js';
import type { TrainState } from './train-state.js';
import { backendFiles, writeCheckpoint } from './write-checkpoint.js';

/**
 * Writes a checkpoint atomically and durably. A checkpoint of the same step is replaced.
 * @param folder the run's `checkpoints/`
 * @returns the checkpoint's folder
 * @throws ForgeError LOSS_NOT_FINITE when a tensor holds NaN; BACKEND_INVALID; FILE_SYSTEM. Earlier checkpoints stay.
 */
export async function saveCheckpoint(
  folder: string,
  state: TrainState,
  details: CheckpointDetails,
  files: FileSystem = guarded(nodeFileSystem, dirname(folder)),
): Promise<string> {
  const parameters = layOut(state.parameters);
  const content = { state, details, parameters, backend: await backendFiles(parameters.places, details) };
  try {
    await clearLeftovers(folder, files);
    return await createCheckpoint(folder, state.step, (path) => writeCheckpoint(path, content, files), files);
  } catch (error) {
    throw fsError(error, folder, `save checkpoint ${state.step} in`);
  }
}
