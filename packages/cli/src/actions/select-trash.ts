import { ForgeError } from '@forge-ml/core/flags';
import { findTrashed, type TrashedRun } from '@forge-ml/core/manage';
import type { TrashContent } from './list-trash.js';

/** Which removed runs to purge. */
export interface TrashSelection {
  readonly references: readonly string[];
  readonly all: boolean;
  /** Only those that were removed longer ago, ms. */
  readonly olderThan: number | null;
}

/**
 * The runs to purge, newest first.
 * @throws ForgeError USAGE if nothing or a contradiction is asked for; RUN_NOT_FOUND
 */
export async function selectTrash<T extends TrashedRun>(
  { results, runs }: Omit<TrashContent, 'runs'> & { readonly runs: readonly T[] },
  { references, all, olderThan }: TrashSelection,
): Promise<readonly T[]> {
  if (all && references.length > 0) throw contradiction('runs are named too');
  if (all && olderThan !== null) throw contradiction('--older-than is given too');
  if (!all && references.length === 0 && olderThan === null) throw nothingAsked();
  const named = new Set<string>();
  for (const reference of references) {
    for (const { path } of await findTrashed(reference, results)) named.add(path);
  }
  const newest = olderThan === null ? Number.POSITIVE_INFINITY : Date.now() - olderThan;
  return runs.filter(({ path, removed }) => {
    return (references.length === 0 || named.has(path)) && Date.parse(removed) <= newest;
  });
}

function contradiction(but: string): ForgeError {
  return new ForgeError('USAGE', `--all purges every removed run, but ${but}.`, {
    about: 'all',
    hint: 'Omit one of the two.',
  });
}

function nothingAsked(): ForgeError {
  return new ForgeError('USAGE', 'forge runs purge requires a RUN, --older-than AGE or --all.', {
    about: 'run',
    hint: 'forge runs trash lists the removed runs.',
  });
}
