import { randomBytes } from 'node:crypto';
import { access, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { type FileSystem, nodeFileSystem } from '../../fs/file-system.js';
import { isMissing, systemCode } from '../../fs/fs-error.js';
import { namesInFolder } from '../../fs/list-folder.js';
import { pidExists } from '../../fs/pid-exists.js';
import { renameIfThere } from '../../fs/rename-if-there.js';
import { manifestName } from './manifest.js';

/**
 * The folders of a run's `checkpoints/`. A checkpoint is `<step>/`, complete from the moment it has that name. A folder
 * that is being written or removed has a temporary name with the process ID: `.<kind>-<step>-<pid>-<random>`.
 *
 * - `writing`: incomplete; useless once its process has ended.
 * - `replaced`: the complete older checkpoint of a step, renamed just before the new one is renamed to `<step>/`. While
 *   `<step>/` is missing, this is still the checkpoint of that step.
 * - `removing`: being removed.
 */
export type Kind = 'writing' | 'replaced' | 'removing';

export interface TemporaryFolder {
  readonly name: string;
  readonly kind: Kind;
  readonly step: number;
  readonly pid: number;
}

/** Temporary names in use by this process. Any other name with our PID is from a dead process that had the same PID. */
const namesInUse = new Set<string>();

/** Finds the folder of the complete checkpoint of each step, in time proportional to the number of names. */
export async function findCheckpoints(folder: string): Promise<ReadonlyMap<number, string>> {
  const stepFolder = (step: number) => join(folder, String(step));
  const names = await checkpointNames(folder);
  const steps = new Set([...names.filter(isStep).map(Number), ...replacedByStep(names).keys()]);
  const checked = await Promise.all(
    [...steps].map(async (step) => [step, await isComplete(stepFolder(step))] as const),
  );
  const complete = new Map(checked.filter(([, isThere]) => isThere).map(([step]) => [step, stepFolder(step)]));
  let missing = checked.filter(([, isThere]) => !isThere).map(([step]) => step);
  // A step may be in the middle of a replacement. One listing serves all steps: there may be thousands.
  for (let attempt = 0; attempt < maxAttempts && missing.length > 0; attempt++) {
    const replaced = replacedByStep(await checkpointNames(folder));
    const retry: number[] = [];
    for (const step of missing) {
      const names = replaced.get(step) ?? [];
      const paths = [stepFolder(step), ...names.map((name) => join(folder, name))];
      const path = await firstComplete(paths);
      if (path !== undefined) complete.set(step, path);
      // The older one was renamed and is gone again, so the new one has its name by now: try again.
      else if (names.length > 0) retry.push(step);
    }
    missing = retry;
  }
  return complete;
}

async function firstComplete(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isComplete(path)) return path;
  return undefined;
}

/** The `replaced` folders of each step. */
function replacedByStep(names: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const replaced = new Map<number, string[]>();
  for (const { name, kind, step } of temporaryFolders(names)) {
    if (kind !== 'replaced') continue;
    const known = replaced.get(step);
    if (known === undefined) replaced.set(step, [name]);
    else known.push(name);
  }
  return replaced;
}

/**
 * Finds the folder of the complete checkpoint of a step; undefined if there is none.
 * @param known its folder at the last listing: tried before the whole folder is listed
 */
export async function findCheckpointFolder(folder: string, step: number, known?: string): Promise<string | undefined> {
  const target = join(folder, String(step));
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (await isComplete(target)) return target;
    if (known !== undefined && (await isComplete(known))) return known;
    const replaced = replacedByStep(await checkpointNames(folder)).get(step) ?? [];
    for (const name of replaced) if (await isComplete(join(folder, name))) return join(folder, name);
    if (replaced.length === 0) return (await isComplete(target)) ? target : undefined;
    // The older one was renamed and is gone again, so the new one has its name by now: try again.
  }
  return undefined;
}

/** How often a reader retries when a checkpoint is replaced while it is read. */
export const maxAttempts = 10;

/** Runs `write` in a new folder and, when it succeeds, makes that folder the checkpoint of the step. */
export async function createCheckpoint(
  folder: string,
  step: number,
  write: (path: string) => Promise<void>,
  files: FileSystem = nodeFileSystem,
): Promise<string> {
  await makeCheckpointFolder(folder, files);
  return withName('writing', step, async (name) => {
    const path = join(folder, name);
    try {
      await files.mkdir(path);
      await write(path);
      await files.syncFolder(path);
      return await publish(folder, step, path, files);
    } catch (error) {
      await discard(path, files);
      throw error;
    }
  });
}

/** Does not create parent folders: a run that was moved would reappear as checkpoints without code. */
async function makeCheckpointFolder(folder: string, files: FileSystem): Promise<void> {
  try {
    await files.mkdir(folder);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (!isMissing(error)) throw error;
    const run = dirname(folder);
    throw new ForgeError('FILE_SYSTEM', `${run} does not exist: it was moved or removed.`, {
      about: run,
      hint: 'Move it back, and move a run only after it has ended.',
      cause: error,
    });
  }
  await files.syncFolder(dirname(folder));
}

/** Folders cannot be swapped in one call, so the old one is renamed first; see `replaced` above. */
async function publish(folder: string, step: number, path: string, files: FileSystem): Promise<string> {
  const target = join(folder, String(step));
  return withName('replaced', step, async (name) => {
    const replaced = join(folder, name);
    const hadOld = await renameIfThere(target, replaced, files);
    try {
      await files.rename(path, target);
    } catch (error) {
      if (hadOld) await files.rename(replaced, target).catch(() => undefined);
      throw error;
    }
    await files.syncFolder(folder);
    if (hadOld) await discard(replaced, files);
    return target;
  });
}

/** Removes a checkpoint. It is renamed before its files are deleted, so that readers never see a part of it. */
export async function removeCheckpoint(
  folder: string,
  step: number,
  files: FileSystem = nodeFileSystem,
): Promise<void> {
  const path = await findCheckpointFolder(folder, step);
  if (path === undefined) return;
  await withName('removing', step, async (name) => {
    const removing = join(folder, name);
    if (!(await renameIfThere(path, removing, files))) return;
    await files.syncFolder(folder);
    await discard(removing, files);
  });
}

/** Removes the temporary folders of processes that died, and restores a checkpoint whose replacement was interrupted. */
export async function clearLeftovers(folder: string, files: FileSystem = nodeFileSystem): Promise<void> {
  for (const { name, kind, step, pid } of temporaryFolders(await checkpointNames(folder))) {
    if (namesInUse.has(name) || (pid !== process.pid && pidExists(pid))) continue;
    const path = join(folder, name);
    const target = join(folder, String(step));
    if (kind === 'replaced' && !(await isComplete(target)) && (await isComplete(path))) {
      await discard(target, files);
      await files.rename(path, target);
      await files.syncFolder(folder);
    } else {
      await discard(path, files);
    }
  }
}

async function withName<T>(kind: Kind, step: number, work: (name: string) => Promise<T>): Promise<T> {
  const name = `.${kind}-${step}-${process.pid}-${randomBytes(4).toString('hex')}`;
  namesInUse.add(name);
  try {
    return await work(name);
  } finally {
    namesInUse.delete(name);
  }
}

/** The temporary folders among these names. */
export function temporaryFolders(names: readonly string[]): readonly TemporaryFolder[] {
  return names.flatMap((name) => {
    const match = /^\.(writing|replaced|removing)-(\d{1,16})-(\d{1,10})-[0-9a-f]{8}$/.exec(name);
    return match ? [{ name, kind: match[1] as Kind, step: Number(match[2]), pid: Number(match[3]) }] : [];
  });
}

export function isStep(name: string): boolean {
  return /^(0|[1-9]\d*)$/.test(name) && Number.isSafeInteger(Number(name));
}

/** A manifest that exists but cannot be accessed counts as complete: reading it reports the cause. */
async function isComplete(path: string): Promise<boolean> {
  try {
    await access(join(path, manifestName));
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}

async function checkpointNames(folder: string): Promise<readonly string[]> {
  try {
    return await namesInFolder(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A failure is ignored: the folder no longer has a step's name, and the next save tries to remove it again. */
async function discard(path: string, files: FileSystem): Promise<void> {
  await files.remove(path).catch(() => undefined);
}
