import { randomBytes } from 'node:crypto';
import { access, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { type FileSystem, nodeFileSystem } from '../../fs/file-system.js';
import { isMissing, systemCode } from '../../fs/fs-error.js';
import { namesInFolder } from '../../fs/list-folder.js';
import { pidExists } from '../../fs/pid-exists.js';
import { manifestName } from './manifest.js';

/**
 * The folders of a run's `checkpoints/`. A checkpoint is `<step>/`, complete from the moment it has that name. What
 * is on its way in or out has a name of its own that tells whose it is: `.<kind>-<step>-<pid>-<random>`.
 *
 * - `writing`: not complete; worthless once its process is gone.
 * - `replaced`: the complete older checkpoint of a step, moved aside in the moment before the new one takes its
 *   name. Where `<step>/` is missing, it still is the checkpoint of that step.
 * - `removing`: on its way out.
 */
export type Kind = 'writing' | 'replaced' | 'removing';

export interface Passing {
  readonly name: string;
  readonly kind: Kind;
  readonly step: number;
  readonly pid: number;
}

/** Names in use by this process; another name with our pid is from a dead process that had it before. */
const ours = new Set<string>();

/** The folder that holds the complete checkpoint of each step; in time proportional to the names there are. */
export async function findCheckpoints(folder: string): Promise<ReadonlyMap<number, string>> {
  const stepFolder = (step: number) => join(folder, String(step));
  const names = await checkpointNames(folder);
  const steps = new Set([...names.filter(isStep).map(Number), ...replacedByStep(names).keys()]);
  const looked = await Promise.all([...steps].map(async (step) => [step, await isComplete(stepFolder(step))] as const));
  const complete = new Map(looked.filter(([, isThere]) => isThere).map(([step]) => [step, stepFolder(step)]));
  let others = looked.filter(([, isThere]) => !isThere).map(([step]) => step);
  // One may be replaced at this moment. Listed once for all: thousands of empty folders would be listed as often.
  for (let look = 0; look < maxAttempts && others.length > 0; look++) {
    const asidesOf = replacedByStep(await checkpointNames(folder));
    const waiting: number[] = [];
    for (const step of others) {
      const asides = asidesOf.get(step) ?? [];
      const paths = [stepFolder(step), ...asides.map((name) => join(folder, name))];
      const path = await firstComplete(paths);
      if (path !== undefined) complete.set(step, path);
      // One that stepped aside and has gone meanwhile means that the new one has its name by now: look again.
      else if (asides.length > 0) waiting.push(step);
    }
    others = waiting;
  }
  return complete;
}

async function firstComplete(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isComplete(path)) return path;
  return undefined;
}

/** The names of checkpoints that were moved aside. */
function replacedByStep(names: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const asides = new Map<number, string[]>();
  for (const { name, kind, step } of passingIn(names)) {
    if (kind !== 'replaced') continue;
    const known = asides.get(step);
    if (known === undefined) asides.set(step, [name]);
    else known.push(name);
  }
  return asides;
}

/**
 * The folder that holds the complete checkpoint of a step; undefined where there is none.
 * @param known where it was a moment ago: looked at before the whole folder is listed
 */
export async function findCheckpoint(folder: string, step: number, known?: string): Promise<string | undefined> {
  const target = join(folder, String(step));
  for (let look = 0; look < maxAttempts; look++) {
    if (await isComplete(target)) return target;
    if (known !== undefined && (await isComplete(known))) return known;
    const asides = passingIn(await checkpointNames(folder)).filter((it) => it.kind === 'replaced' && it.step === step);
    for (const { name } of asides) if (await isComplete(join(folder, name))) return join(folder, name);
    if (asides.length === 0) return (await isComplete(target)) ? target : undefined;
    // One that stepped aside and has gone meanwhile means that the new one has its name by now: look again.
  }
  return undefined;
}

/** How often a reader looks again for what is being replaced under its eyes. */
export const maxAttempts = 10;

/** Runs `write` in a fresh folder and, when it has succeeded, makes that folder the checkpoint of the step. */
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

/** Not with the folders above: a run that somebody has moved would come back as checkpoints without code. */
async function makeCheckpointFolder(folder: string, files: FileSystem): Promise<void> {
  try {
    await files.mkdir(folder);
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (!isMissing(error)) throw error;
    const run = dirname(folder);
    throw new ForgeError('FILE_SYSTEM', `${run} is gone: somebody has moved or removed it.`, {
      about: run,
      hint: 'Put it back where it was; a run is moved once it has ended.',
      cause: error,
    });
  }
  await files.syncFolder(dirname(folder));
}

/** Folders cannot be exchanged in one call, so the old one steps aside first; see `replaced` above. */
async function publish(folder: string, step: number, path: string, files: FileSystem): Promise<string> {
  const target = join(folder, String(step));
  return withName('replaced', step, async (name) => {
    const aside = join(folder, name);
    const hadOld = await renameIfThere(target, aside, files);
    try {
      await files.rename(path, target);
    } catch (error) {
      if (hadOld) await files.rename(aside, target).catch(() => undefined);
      throw error;
    }
    await files.syncFolder(folder);
    if (hadOld) await discard(aside, files);
    return target;
  });
}

/** Takes a checkpoint away: first its name, so that no half of it is ever seen, then its files. */
export async function removeCheckpoint(
  folder: string,
  step: number,
  files: FileSystem = nodeFileSystem,
): Promise<void> {
  const path = await findCheckpoint(folder, step);
  if (path === undefined) return;
  await withName('removing', step, async (name) => {
    const aside = join(folder, name);
    if (!(await renameIfThere(path, aside, files))) return;
    await files.syncFolder(folder);
    await discard(aside, files);
  });
}

/** Clears up after processes that died in the middle of one of the above. */
export async function clearLeftovers(folder: string, files: FileSystem = nodeFileSystem): Promise<void> {
  for (const { name, kind, step, pid } of passingIn(await checkpointNames(folder))) {
    if (ours.has(name) || (pid !== process.pid && pidExists(pid))) continue;
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
  ours.add(name);
  try {
    return await work(name);
  } finally {
    ours.delete(name);
  }
}

/** The folders among these names that are on their way in or out. */
export function passingIn(names: readonly string[]): readonly Passing[] {
  return names.flatMap((name) => {
    const match = /^\.(writing|replaced|removing)-(\d{1,16})-(\d{1,10})-[0-9a-f]{8}$/.exec(name);
    return match ? [{ name, kind: match[1] as Kind, step: Number(match[2]), pid: Number(match[3]) }] : [];
  });
}

export function isStep(name: string): boolean {
  return /^(0|[1-9]\d*)$/.test(name) && Number.isSafeInteger(Number(name));
}

/** A manifest that is there but cannot be reached counts: whoever reads it gets the reason. */
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

async function renameIfThere(from: string, to: string, files: FileSystem): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** What is left of a folder that cannot be removed harms nobody: it bears no step's name, and the next save tries again. */
async function discard(path: string, files: FileSystem): Promise<void> {
  await files.remove(path).catch(() => undefined);
}
