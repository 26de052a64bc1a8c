import { join } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { writeFileAtomic } from '../fs/atomic-file.js';
import { isDeviceName } from '../fs/path-traversal.js';
import type { RunFolder } from './folder/run-folder.js';
import { isOwnName } from './own-names.js';

/**
 * Writes a file of a plugin into a run's folder, such as a report, and replaces an older one as a whole. The run may be
 * training: Forge ignores such files, and a resume keeps them.
 * @param name of the file: letters, digits, `.`, `_` and `-`, at most 128, not a name that Forge uses
 * @returns its path
 * @throws ForgeError USAGE for another name; PATH_UNSAFE if there is a link or a device; FILE_SYSTEM, also if the run's
 * folder is missing
 */
export async function writeRunFile(run: RunFolder, name: string, content: string | Uint8Array): Promise<string> {
  requireOtherName(name);
  const path = join(run.path, name);
  await writeFileAtomic(path, content, { root: run.path });
  return path;
}

function requireOtherName(name: string): void {
  const isPlain =
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name) && !name.endsWith('.') && !isDeviceName(name, 'win32');
  if (isPlain && !isOwnName(name)) return;
  const reason = isPlain ? 'Forge itself writes files of that name' : 'it is not a plain name';
  throw new ForgeError('USAGE', `A plugin cannot write ${JSON.stringify(name)} into a run: ${reason}.`, {
    about: name,
    hint: 'Use letters, digits, ".", "_" and "-", and a name that docs/run-folder.md does not list.',
  });
}
