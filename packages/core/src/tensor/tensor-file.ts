import { access } from 'node:fs/promises';
import { ForgeError, isForgeError } from '../errors/forge-error.js';
import { fsError } from '../fs/fs-error.js';
import { writeOutput } from '../fs/write-output.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { NamedTensors } from './tensor-data.js';

/**
 * Reads a safetensors file of any origin.
 * @throws ForgeError DATA_INVALID naming the error in it; FILE_SYSTEM.
 */
export async function readTensorFile(path: string): Promise<NamedTensors> {
  try {
    await access(path);
    return (await readSafetensors(path)).tensors;
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'CHECKPOINT_CORRUPT') throw fsError(error, path, 'read');
    throw new ForgeError('DATA_INVALID', error.message, {
      about: path,
      hint: 'Name a safetensors file, or write this one again with a safetensors library.',
      cause: error,
    });
  }
}

/** Writes tensors as a safetensors file, completely or not at all. @throws ForgeError FILE_SYSTEM, BACKEND_INVALID */
export async function writeTensorFile(
  path: string,
  tensors: NamedTensors,
  metadata?: ReadonlyMap<string, string>,
): Promise<void> {
  await writeOutput(path, async (temporary) => void (await writeSafetensors(temporary, tensors, metadata)));
}
