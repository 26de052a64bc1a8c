import { basename, dirname, join } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { type FileSystem, nodeFileSystem } from '../../fs/file-system.js';
import { fsError } from '../../fs/fs-error.js';
import { renameIfThere } from '../../fs/rename-if-there.js';
import { guarded } from '../../fs/safe-files.js';
import { purgingName } from '../folder/trash-names.js';
import { listTrash, type TrashedRun } from './list-trash.js';

export interface PurgeOptions {
  /** Called before the files of each run are deleted. */
  readonly onRun?: (run: TrashedRun, index: number) => void;
  /** The file system. Tests use one that fails as disks do. */
  readonly files?: FileSystem;
}

/**
 * Deletes removed runs for good. Each is first renamed to a name that says so: a process that dies meanwhile leaves no
 * incomplete run in the trash, and the next purge deletes the rest. Links in a run are deleted, not what they lead to.
 * @returns the runs that were deleted; those that another process restored or purged meanwhile are omitted
 * @throws ForgeError the first failure, after the other runs were deleted: PATH_UNSAFE, FILE_SYSTEM
 */
export async function purgeRuns(
  results: string,
  runs: readonly TrashedRun[],
  options: PurgeOptions = {},
): Promise<readonly TrashedRun[]> {
  checkOptions(options, ['onRun', 'files'], { of: 'purgeRuns(results, runs, options)' });
  const files = guarded(options.files ?? nodeFileSystem, results);
  const purged: TrashedRun[] = [];
  const failures: Error[] = [];
  const attempt = async (path: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failures.push(fsError(error, path, 'purge'));
    }
  };
  for (const [index, run] of runs.entries()) {
    options.onRun?.(run, index);
    await attempt(run.path, async () => {
      const purging = join(dirname(run.path), purgingName(basename(run.path)));
      if (!(await renameIfThere(run.path, purging, files))) return;
      await files.syncFolder(dirname(run.path));
      await files.remove(purging);
      purged.push(run);
    });
  }
  for (const path of (await listTrash(results)).purging) {
    await attempt(path, () => files.remove(path));
  }
  if (failures[0] !== undefined) throw failures[0];
  return purged;
}
