import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { shellWord } from '../../text/shell-word.js';
import { findRun } from '../catalog/find-run.js';
import type { RunFolder } from '../folder/run-folder.js';

/**
 * Finds a run to remove, also one without a valid `run.json`: `mnist/3`, or its folder. The newest run of an experiment
 * must be named by its number, since "mnist" could also mean all its runs.
 * @throws ForgeError RUN_NOT_FOUND; USAGE for an experiment, PATH_UNSAFE for a run elsewhere or behind a link
 */
export async function findRunToRemove(
  reference: string,
  results: string,
  directory = process.cwd(),
): Promise<RunFolder> {
  for (const path of [join(results, reference), resolve(directory, reference)]) {
    const [parent, name] = [dirname(path), basename(path)];
    if (!/^[1-9]\d{0,14}$/.test(name) || !(await stat(path).catch(() => undefined))?.isDirectory()) continue;
    const run = { path: join(results, basename(parent), name), experiment: basename(parent), number: Number(name) };
    if (!(await isSame(path, run.path))) throw elsewhere(path, results);
    for (const folder of [dirname(run.path), run.path]) {
      if ((await lstat(folder)).isSymbolicLink()) throw behindLink(run, folder);
    }
    return run;
  }
  const { path, experiment, number } = await findRun(reference, results, directory);
  if (basename(path) !== String(number)) throw elsewhere(path, results);
  throw new ForgeError('USAGE', `"${reference}" names an experiment, not one run.`, {
    about: reference,
    hint: `Name the run: its newest is ${shellWord(`${experiment}/${number}`)}.`,
  });
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [realA, realB] = await Promise.all([a, b].map((path) => realpath(path).catch(() => undefined)));
  return realA !== undefined && realA === realB;
}

function elsewhere(path: string, results: string): ForgeError {
  return new ForgeError('PATH_UNSAFE', `${path} is not a run of ${results}.`, {
    about: path,
    hint: 'Name its results folder with --results-dir, or remove the folder by hand.',
  });
}

function behindLink({ experiment, number }: RunFolder, link: string): ForgeError {
  return new ForgeError('PATH_UNSAFE', `${experiment}/${number} is reached through a link: ${link}.`, {
    about: link,
    hint: 'Remove the link by hand. What it leads to is not a part of this results folder.',
  });
}
