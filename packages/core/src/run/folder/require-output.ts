import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { requireFree } from '../../fs/write-output.js';

/**
 * Refuses the path of a command's output where it would be lost or do harm: an existing file without `force`, a folder
 * that does not exist, and the inside of a run, whose own files `force` must not replace.
 * @param path absolute
 * @throws ForgeError USAGE, FILE_SYSTEM
 */
export async function requireOutput(path: string, force: boolean): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new ForgeError('USAGE', `Cannot write ${path}: the folder ${folder} does not exist.`, {
      about: path,
      hint: 'Create the folder, or choose another path.',
    });
  }
  const run = runAround(join(realpathSync(folder), basename(path)));
  if (run !== undefined) {
    throw new ForgeError('USAGE', `${path} is in the folder of the run ${run}, which is for its own files.`, {
      about: path,
      hint: 'Choose a path outside the run.',
    });
  }
  await requireFree(path, force);
}

/** The run that the path is, or is in. */
function runAround(path: string): string | undefined {
  for (let folder = path; dirname(folder) !== folder; folder = dirname(folder)) {
    if (['run.json', 'flags.json'].every((name) => existsSync(join(folder, name)))) return folder;
  }
  return undefined;
}
