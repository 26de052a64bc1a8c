import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { parametersName, stateName } from '../checkpoint/store/checkpoint-files.js';
import { type Manifest, manifestName, parseManifest } from '../checkpoint/store/manifest.js';
import { isForgeError } from '../errors/forge-error.js';
import { isMissing } from '../fs/fs-error.js';
import { faultOf } from '../fs/fs-fault.js';
import { readBounded } from '../fs/read-bounded.js';
import { readSafetensorsHeader } from '../tensor/safetensors.js';
import { withoutPath } from './error-text.js';
import { namesOrNone } from './leftovers.js';
import { damage, harmless, type Problem } from './problem.js';

/**
 * Checks one complete checkpoint against its manifest: its files, and the headers of the tensor files.
 * @param folder the checkpoint's folder
 * @param place the folder relative to the run
 * @param deep whether to read every byte
 * @throws ForgeError FILE_SYSTEM
 */
export async function verifyCheckpoint(folder: string, place: string, step: number, deep: boolean): Promise<Problem[]> {
  const move = { kind: 'move', path: place } as const;
  const file = join(folder, manifestName);
  let manifest: Manifest;
  try {
    const bytes = await readBounded(file, { what: 'checkpoint manifest', code: 'CHECKPOINT_CORRUPT', link: 'refuse' });
    manifest = parseManifest(bytes, file);
  } catch (error) {
    const problem = problemOf(error, file);
    // A newer Forge may have written it: a repair must not move it.
    const newer = isForgeError(error) && error.code === 'RUN_INVALID';
    return [damage('invalid', `${place}/${manifestName}`, problem, newer ? null : move)];
  }
  const problems: Problem[] = [];
  if (manifest.step !== step) {
    problems.push(damage('altered', `${place}/${manifestName}`, `is the manifest of step ${manifest.step}`, move));
  }
  for (const name of [parametersName, stateName]) {
    if (manifest.files.has(name)) continue;
    problems.push(damage('invalid', `${place}/${manifestName}`, `does not list ${name}`, move));
  }
  for (const [name, summary] of manifest.files) {
    const path = join(folder, name);
    const fault = await faultOf(path, summary, deep);
    if (fault !== undefined) problems.push(damage(fault.kind, `${place}/${name}`, fault.problem, move));
    else if (name === parametersName || name === stateName) {
      const problem = await headerProblem(path);
      if (problem !== undefined) problems.push(damage('altered', `${place}/${name}`, problem, move));
    }
  }
  for (const name of await namesOrNone(folder)) {
    if (name !== manifestName && !manifest.files.has(name)) problems.push(await foreign(folder, place, name));
  }
  return problems;
}

/** A file that is not in the manifest. Readers ignore it, but a link, pipe or device there is not harmless. */
async function foreign(folder: string, place: string, name: string): Promise<Problem> {
  const path = `${place}/${name}`;
  const status = await lstat(join(folder, name)).catch(() => undefined);
  if (status?.isSymbolicLink()) return damage('invalid', path, 'is a link, and not in the manifest');
  if (status !== undefined && !status.isFile() && !status.isDirectory()) {
    return damage('invalid', path, 'is not a regular file, and not in the manifest');
  }
  return harmless('foreign', path, 'is not in the manifest');
}

async function headerProblem(path: string): Promise<string | undefined> {
  try {
    await readSafetensorsHeader(path);
    return undefined;
  } catch (error) {
    return problemOf(error, path);
  }
}

/**
 * An error's message without the path of its file.
 * @throws the error if the file could not be read: then it may be valid
 */
function problemOf(error: unknown, path: string): string {
  if (!isForgeError(error) || (error.code === 'FILE_SYSTEM' && !isMissing(error))) throw error;
  return withoutPath(error.message, path);
}
