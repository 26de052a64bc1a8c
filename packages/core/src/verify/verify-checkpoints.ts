import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { findCheckpoint, findCheckpoints, isStep, temporaryFolders } from '../checkpoint/store/checkpoint-folders.js';
import { isForgeError } from '../errors/forge-error.js';
import { pidExists } from '../fs/pid-exists.js';
import { namesOrNone } from './leftovers.js';
import { damage, type Problem, unneeded } from './problem.js';
import { verifyCheckpoint } from './verify-checkpoint.js';

export interface VerifiedCheckpoints {
  readonly problems: readonly Problem[];
  /** Steps whose checkpoint loads, ascending; without `deep`, as far as sizes and manifests say. */
  readonly sound: readonly number[];
}

/** Checks everything in a run's `checkpoints/`. @throws ForgeError FILE_SYSTEM */
export async function verifyCheckpoints(run: string, deep: boolean): Promise<VerifiedCheckpoints> {
  const folder = join(run, 'checkpoints');
  const status = await lstat(folder).catch(() => undefined);
  if (status?.isDirectory() === false) {
    const message = status.isSymbolicLink() ? 'is a link' : 'is not a folder';
    return { problems: [damage('invalid', 'checkpoints', message)], sound: [] };
  }
  const names = await namesOrNone(folder);
  const passing = temporaryFolders(names);
  const steps = new Set([...names.filter(isStep).map(Number), ...passing.flatMap(aside)]);
  const named = new Set(names.filter(isStep).map(Number));
  const complete = await findCheckpoints(folder);
  const problems: Problem[] = [];
  const sound: number[] = [];
  for (const step of [...steps].sort((a, b) => a - b)) {
    const found = complete.has(step) ? await verifyStep(folder, step, deep) : named.has(step) ? [unnamed(step)] : [];
    for (const problem of found) problems.push(problem);
    if (complete.has(step) && !found.some((problem) => problem.damage)) sound.push(step);
  }
  for (const { name, kind, pid, step } of passing) {
    const stands = kind === 'replaced' && complete.get(step) === join(folder, name);
    if (stands || pidExists(pid)) continue;
    const what = kind === 'writing' ? 'being written' : kind === 'replaced' ? 'replaced' : 'removed';
    const message = `was ${kind === 'writing' ? '' : 'being '}${what} when process ${pid} ended`;
    problems.push(unneeded('leftover', `checkpoints/${name}`, message));
  }
  const known = new Set([...names.filter(isStep), ...passing.map(({ name }) => name)]);
  for (const name of names.filter((other) => !known.has(other))) {
    problems.push(unneeded('foreign', `checkpoints/${name}`, 'is no checkpoint'));
  }
  return { problems, sound };
}

function aside({ kind, step }: { readonly kind: string; readonly step: number }): number[] {
  return kind === 'replaced' ? [step] : [];
}

/** Looks again where the folder that was checked has been replaced or removed meanwhile, by the process that trains. */
async function verifyStep(folder: string, step: number, deep: boolean): Promise<readonly Problem[]> {
  for (;;) {
    const path = await findCheckpoint(folder, step);
    if (path === undefined) return (await namesOrNone(folder)).includes(String(step)) ? [unnamed(step)] : [];
    const before = await identityOf(path);
    if (before === undefined) continue;
    const place = `checkpoints/${path.slice(folder.length + 1)}`;
    const problems = await verifyCheckpoint(path, place, step, deep).catch((error: unknown) => {
      if (!isForgeError(error)) throw error;
      return [damage('unreadable', place, `cannot be read: ${error.message}`, null)];
    });
    if (!problems.some((problem) => problem.damage) || (await identityOf(path)) === before) return problems;
  }
}

/** Differs for each folder that has had a path. */
async function identityOf(path: string): Promise<string | undefined> {
  const status = await lstat(path).catch(() => undefined);
  return status && `${status.ino} ${status.mtimeMs}`;
}

function unnamed(step: number): Problem {
  return damage('unnamed', `checkpoints/${step}`, 'has no manifest, so it is no checkpoint');
}
