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
import { damage, type Problem, unneeded } from './problem.js';

/**
 * Holds one complete checkpoint against its manifest: its files, and what the tensor files claim.
 * @param folder the checkpoint's folder
 * @param place the same, relative to the run
 * @param deep whether every byte is read
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
    // A newer Forge may have written it: that is nothing to put away.
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

/** A file that nothing reads; a link, pipe or device may have been put there for what does. */
async function foreign(folder: string, place: string, name: string): Promise<Problem> {
  const path = `${place}/${name}`;
  const status = await lstat(join(folder, name)).catch(() => undefined);
  if (status?.isSymbolicLink()) return damage('invalid', path, 'is a link, and not in the manifest');
  if (status !== undefined && !status.isFile() && !status.isDirectory()) {
    return damage('invalid', path, 'is not a regular file, and not in the manifest');
  }
  return unneeded('foreign', path, 'is not in the manifest');
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
 * What an error says of a file, without naming it again.
 * @throws what says that the file could not be read: that is not known to be damage
 */
function problemOf(error: unknown, path: string): string {
  if (!isForgeError(error) || (error.code === 'FILE_SYSTEM' && !isMissing(error))) throw error;
  return withoutPath(error.message, path);
}
