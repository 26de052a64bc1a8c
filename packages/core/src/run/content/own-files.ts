import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { requireFew } from '../folder/run-folder.js';
import { isOwnName } from '../own-names.js';

/**
 * Requires that no file or folder of Forge in a run is a symbolic link, which may lead to any file of this machine: for
 * what shows runs to others. Nothing if the folder is missing.
 * @param run its folder
 * @throws ForgeError PATH_UNSAFE naming the link; FILE_SYSTEM
 */
export async function requireOwnFiles(run: string): Promise<void> {
  try {
    const entries = requireFew(await readdir(run, { withFileTypes: true }), run);
    const link = entries.find((entry) => entry.isSymbolicLink() && isOwnName(entry.name));
    if (link === undefined) return;
    const path = join(run, link.name);
    throw new ForgeError('PATH_UNSAFE', `Refused to show ${run}: ${path} is a link.`, {
      about: path,
      hint: 'Copy the file into the run: cp -rL makes a copy without links.',
    });
  } catch (error) {
    if (!isMissing(error)) throw fsError(error, run, 'list');
  }
}
