import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForgeError } from '@forge-ml/core/plugin';

/**
 * The folder for the second copies of a run's checkpoints: `<mirror>/<experiment>-<number>-<when the run began>`. By the
 * time too, so that a run that was removed does not leave its checkpoints to the next one of its name.
 * @param folder the run's `checkpoints/`
 * @throws ForgeError USAGE where the mirror is not named, or its folder does not exist: a disk that is not mounted
 */
export async function mirrorOfRun(folder: string, mirror: string | null | undefined): Promise<string> {
  if (mirror === null || mirror === undefined || mirror === '') {
    throw new ForgeError('USAGE', 'The checkpoint store mirror does not know where to copy checkpoints.', {
      about: 'mirror',
      hint: 'Name a folder: --mirror FOLDER, or the environment variable FORGE_MIRROR.',
    });
  }
  const there = await stat(mirror).catch(() => undefined);
  if (there?.isDirectory() !== true) {
    throw new ForgeError('USAGE', `There is no folder ${mirror} to copy checkpoints to.`, {
      about: 'mirror',
      hint: 'Make it, or mount the disk it is on.',
    });
  }
  const run = JSON.parse(await readFile(join(dirname(folder), 'run.json'), 'utf8')) as {
    readonly experiment: string;
    readonly number: number;
    readonly created: string;
  };
  return join(mirror, `${run.experiment}-${run.number}-${run.created.replaceAll(':', '')}`);
}
