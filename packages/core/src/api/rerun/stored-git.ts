import { join } from 'node:path';
import { isMissing } from '../../fs/fs-error.js';
import { readBounded } from '../../fs/read-bounded.js';
import type { GitState } from '../../run/git/git-state.js';
import type { RunGit } from '../../run/record/run-record.js';

/** The repository state that stored code is of, with the uncommitted changes in `git.diff`. */
export async function storedGit(folder: string, git: RunGit | null): Promise<GitState | null> {
  if (git === null) return null;
  const file = { what: 'patch', code: 'RUN_INVALID', link: 'refuse' } as const;
  const patch = await readBounded(join(folder, 'git.diff'), file).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  return { ...git, patch };
}
