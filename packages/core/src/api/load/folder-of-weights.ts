import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parametersName, stateName } from '../../checkpoint/store/checkpoint-files.js';
import type { LoadedCheckpoint } from '../../checkpoint/store/checkpoint-store.js';
import { manifestName } from '../../checkpoint/store/manifest.js';
import { parametersOf, type Weights } from '../../checkpoint/weights.js';
import { copyToNewFile } from '../../fs/safe-files.js';
import { writeTensorFile } from '../../tensor/tensor-file.js';

/** A folder with the files of a checkpoint. */
export interface WeightsFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * A checkpoint's folder for exporters and predictors, which read files. For other weights than the parameters it is a
 * temporary folder, whose parameters file has the same layout, so that the references of a model file stay right.
 * @param run its folder, for messages
 * @throws ForgeError ABILITY_MISSING where the checkpoint does not have these weights
 */
export async function folderOfWeights(
  checkpoint: LoadedCheckpoint,
  weights: Weights,
  run: string,
): Promise<WeightsFolder> {
  if (weights === 'parameters') return { path: checkpoint.path, release: async () => undefined };
  const parameters = parametersOf(checkpoint, weights, run);
  const path = await mkdtemp(join(tmpdir(), 'forge-weights-'));
  const release = () => rm(path, { recursive: true, force: true });
  try {
    await writeTensorFile(join(path, parametersName), parameters);
    for (const entry of await readdir(checkpoint.path, { withFileTypes: true })) {
      if (!entry.isFile() || [parametersName, stateName, manifestName].includes(entry.name)) continue;
      await copyToNewFile(join(checkpoint.path, entry.name), join(path, entry.name));
    }
    return { path, release };
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
}
