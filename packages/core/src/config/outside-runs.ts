import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where the search for what may be run begins, from a folder a person is in: above the run it lies in, where it does.
 * A run from a stranger may hold a project file and packages too; looking at it from inside must not run them.
 */
export function outsideRuns(directory: string): string {
  let start = directory;
  for (let folder = directory; dirname(folder) !== folder; folder = dirname(folder)) {
    if (['run.json', 'code.json'].every((name) => existsSync(join(folder, name)))) start = dirname(folder);
  }
  return start;
}
