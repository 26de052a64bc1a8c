import { join } from 'node:path';
import { type CodePlace, correctionNamed } from '../../code/code-place.js';
import { isMissing } from '../../fs/fs-error.js';
import { readBounded } from '../../fs/read-bounded.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { RunRecord } from '../../run/record/run-record.js';
import type { RepeatedRun } from '../prepare/prepared-run.js';

/**
 * What a new run takes over from the one whose code and flags it repeats: its code is of that repository state.
 * @param withInit whether it begins with the same parameters, where that run began with another's
 */
export async function repeatedRun(
  { path, experiment, number }: RunFolder,
  record: RunRecord,
  place: CodePlace,
  withInit: boolean,
): Promise<RepeatedRun> {
  const code = correctionNamed(place.folder);
  const file = { what: 'patch', code: 'RUN_INVALID', link: 'refuse' } as const;
  const patch = await readBounded(join(path, 'git.diff'), file).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  return {
    init: withInit && record.init !== undefined ? { run: path, info: record.init } : null,
    experiment,
    directory: record.directory,
    git: record.git === null ? null : { ...record.git, patch },
    origin: { experiment, number, created: record.created, ...(code === undefined ? {} : { code }) },
  };
}
