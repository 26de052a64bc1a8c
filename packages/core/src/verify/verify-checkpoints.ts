import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findCheckpointFolder,
  findCheckpoints,
  isStep,
  temporaryFolders,
} from '../checkpoint/store/checkpoint-folders.js';
import { isForgeError } from '../errors/forge-error.js';
import { pidExists } from '../fs/pid-exists.js';
import { namesOrNone } from './leftovers.js';
import { damage, harmless, type Problem } from './problem.js';
import { verifyCheckpoint } from './verify-checkpoint.js';

export interface VerifiedCheckpoints {
  readonly problems: readonly Problem[];
  /** Steps whose checkpoint loads, ascending; without `deep`, judged by sizes and manifests only. */
  readonly valid: readonly number[];
}

/** Checks everything in a run's `checkpoints/`. @throws ForgeError FILE_SYSTEM */
export async function verifyCheckpoints(run: string, deep: boolean): Promise<VerifiedCheckpoints> {
  const folder = join(run, 'checkpoints');
  const status = await lstat(folder).catch(() => undefined);
  if (status?.isDirectory() === false) {
    const message = status.isSymbolicLink() ? 'is a link' : 'is not a folder';
    return { problems: [damage('invalid', 'checkpoints', message)], valid: [] };
  }
  const names = await namesOrNone(folder);
  const temporary = temporaryFolders(names);
  const replaced = temporary.filter(({ kind }) => kind === 'replaced').map(({ step }) => step);
  const steps = new Set([...names.filter(isStep).map(Number), ...replaced]);
  const complete = await findCheckpoints(folder);
  // Listed again: a training process may have removed checkpoints since the first listing.
  const named = new Set((await namesOrNone(folder)).filter(isStep).map(Number));
  const problems: Problem[] = [];
  const valid: number[] = [];
  for (const step of [...steps].sort((a, b) => a - b)) {
    const found = complete.has(step) ? await verifyStep(folder, step, deep) : named.has(step) ? [unnamed(step)] : [];
    for (const problem of found) problems.push(problem);
    if (complete.has(step) && !found.some((problem) => problem.damage)) valid.push(step);
  }
  for (const { name, kind, pid, step } of temporary) {
    const isCurrent = kind === 'replaced' && complete.get(step) === join(folder, name);
    if (isCurrent || pidExists(pid)) continue;
    const what = kind === 'writing' ? 'being written' : kind === 'replaced' ? 'replaced' : 'removed';
    const message = `was ${kind === 'writing' ? '' : 'being '}${what} when process ${pid} ended`;
    problems.push(harmless('leftover', `checkpoints/${name}`, message));
  }
  const known = new Set([...names.filter(isStep), ...temporary.map(({ name }) => name)]);
  for (const name of names.filter((other) => !known.has(other))) {
    problems.push(harmless('foreign', `checkpoints/${name}`, 'is not a checkpoint'));
  }
  return { problems, valid };
}

/** A folder that is replaced each time, or cannot be examined, must not be checked for ever. */
const maxAttempts = 100;

/** Checks again if a training process has replaced or removed the folder during the check. */
async function verifyStep(folder: string, step: number, deep: boolean): Promise<readonly Problem[]> {
  for (let attempt = 1; ; attempt++) {
    const path = await findCheckpointFolder(folder, step);
    if (path === undefined) return (await namesOrNone(folder)).includes(String(step)) ? [unnamed(step)] : [];
    const before = await identityOf(path);
    const place = `checkpoints/${path.slice(folder.length + 1)}`;
    const problems = await verifyCheckpoint(path, place, step, deep).catch((error: unknown) => {
      if (!isForgeError(error)) throw error;
      return [damage('unreadable', place, `cannot be read: ${error.message}`, null)];
    });
    const replaced = before === undefined || (await identityOf(path)) !== before;
    if (!replaced || attempt === maxAttempts || !problems.some((problem) => problem.damage)) return problems;
  }
}

/** Different for every folder that ever had this path. */
async function identityOf(path: string): Promise<string | undefined> {
  const status = await lstat(path).catch(() => undefined);
  return status && `${status.ino} ${status.mtimeMs}`;
}

function unnamed(step: number): Problem {
  return damage('unnamed', `checkpoints/${step}`, 'has no manifest, so it is not a checkpoint');
}
