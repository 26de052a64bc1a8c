import { basename, resolve } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { shellWord } from '../../text/shell-word.js';
import { listTrash, type TrashedRun } from './list-trash.js';

/** `mnist/3-20301231T235959123Z`: names one entry of the trash. */
export function trashReference({ experiment, path }: TrashedRun): string {
  return `${experiment}/${basename(path)}`;
}

/**
 * The removed runs that a reference names, newest first: `mnist` is every run of an experiment, `mnist/3` every one of
 * that number (one, unless a copy was removed too), `mnist/3-<time>` or its folder one entry.
 * @throws ForgeError RUN_NOT_FOUND; as `listTrash`
 */
export async function findTrashed(reference: string, results: string): Promise<readonly TrashedRun[]> {
  const { runs } = await listTrash(results);
  const path = resolve(reference);
  const found = runs.filter((run) => {
    const { experiment, number } = run;
    return [experiment, `${experiment}/${number}`, trashReference(run)].includes(reference) || run.path === path;
  });
  if (found.length > 0) return found;
  throw new ForgeError('RUN_NOT_FOUND', `There is no removed run "${reference}" in the trash of ${results}.`, {
    about: reference,
    hint: 'forge runs trash lists the removed runs.',
  });
}

/**
 * The removed run that a reference names: the newest of a number. An experiment must have one only.
 * @throws ForgeError RUN_NOT_FOUND; USAGE listing the runs that it could be
 */
export async function findOneTrashed(reference: string, results: string): Promise<TrashedRun> {
  const found = await findTrashed(reference, results);
  const numbers = new Set(found.map(({ number }) => number));
  if (numbers.size === 1) return found[0]!;
  const names = [...numbers].map((number) => shellWord(`${found[0]!.experiment}/${number}`));
  const more = names.length > mostListed ? ` and ${names.length - mostListed} more` : '';
  throw new ForgeError('USAGE', `"${reference}" names ${names.length} removed runs.`, {
    about: reference,
    hint: `Name one: ${names.slice(0, mostListed).join(', ')}${more}.`,
  });
}

const mostListed = 10;
