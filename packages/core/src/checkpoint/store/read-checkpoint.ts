import { join } from 'node:path';
import { corruptCheckpoint } from '../../errors/corrupt-checkpoint.js';
import { faultOf } from '../../fs/fs-fault.js';
import { readSafetensors } from '../../tensor/safetensors.js';
import { parametersName, stateName } from './checkpoint-files.js';
import type { CheckpointInfo, LoadedCheckpoint } from './checkpoint-store.js';
import { type Manifest, manifestName } from './manifest.js';
import { splitStateTensors } from './state-tensors.js';

/**
 * Reads the files that the manifest of a checkpoint lists, and verifies every checksum.
 * @throws ForgeError CHECKPOINT_CORRUPT, FILE_SYSTEM
 */
export async function readCheckpoint(path: string, manifest: Manifest): Promise<LoadedCheckpoint> {
  const tensorsOf = async (name: string) => {
    const summary = manifest.files.get(name);
    if (summary === undefined) throw corruptCheckpoint(join(path, manifestName), `it does not list ${name}`);
    return (await readSafetensors(join(path, name), summary)).tensors;
  };
  const parameters = await tensorsOf(parametersName);
  const others = await tensorsOf(stateName);
  await checkFiles(path, manifest, [parametersName, stateName]);
  const info = infoOf(manifest);
  const tensors = { parameters, ...splitStateTensors(others, parameters, manifest.state) };
  return { state: { ...tensors, step: info.step, data: info.data, random: info.random }, info, path };
}

/**
 * Verifies the checksums of the files that a manifest lists.
 * @param except files that are verified already
 * @throws ForgeError CHECKPOINT_CORRUPT, FILE_SYSTEM
 */
export async function checkFiles(path: string, manifest: Manifest, except: readonly string[] = []): Promise<void> {
  for (const name of [parametersName, stateName]) {
    if (!manifest.files.has(name)) throw corruptCheckpoint(join(path, manifestName), `it does not list ${name}`);
  }
  for (const [name, summary] of manifest.files) {
    if (except.includes(name)) continue;
    const file = join(path, name);
    const fault = await faultOf(file, summary, true);
    if (fault !== undefined) throw corruptCheckpoint(file, `it ${fault.problem}`);
  }
}

/** A manifest without its list of files. */
export function infoOf({ files: _, ...info }: Manifest): CheckpointInfo {
  return info;
}
