import { type CodePlace, correctionNamed } from '../../code/code-place.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { RunRecord } from '../../run/record/run-record.js';
import type { StoredStart } from '../prepare/prepared-run.js';
import { storedGit } from './stored-git.js';

/**
 * What a new run takes over from the one whose code and flags it repeats: its code is of that repository state.
 * @param withInit whether it begins with the same parameters, where that run began with another's
 */
export async function repeatedRun(
  { path, experiment, number }: RunFolder,
  record: RunRecord,
  place: CodePlace,
  withInit: boolean,
): Promise<StoredStart> {
  const code = correctionNamed(place.folder);
  return {
    init: withInit && record.init !== undefined ? { run: path, info: record.init } : null,
    experiment,
    directory: record.directory,
    git: await storedGit(path, record.git),
    sweep: null,
    origin: { experiment, number, created: record.created, ...(code === undefined ? {} : { code }) },
  };
}
