import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { fsyncDirectory } from './durable-folder.js';
import { fsError, isMissing } from './fs-error.js';

/**
 * Refuses to overwrite existing output without `force`.
 * @throws ForgeError USAGE, FILE_SYSTEM
 */
export async function requireFree(path: string, force: boolean): Promise<void> {
  if (force || (await kindOf(path)) === 'nothing') return;
  throw new ForgeError('USAGE', `${path} already exists.`, {
    about: path,
    hint: 'Choose another path, or give --force to overwrite it.',
  });
}

/**
 * Writes a file or a folder completely or not at all. A file replaces an existing file; the files and folders of a folder
 * are moved into an existing folder, where they replace those of the same names and all others stay.
 * @param write creates the file or folder at a temporary path
 * @throws ForgeError FILE_SYSTEM; no temporary file is left.
 */
export async function writeOutput(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await write(temporary);
    const [output, existing] = [await kindOf(temporary), await kindOf(path)];
    if (existing !== 'nothing' && output !== existing) {
      throw new ForgeError('FILE_SYSTEM', `Cannot replace the ${existing} ${path} with a ${output}.`, { about: path });
    }
    if (existing === 'folder') {
      for (const name of await readdir(temporary)) await replace(join(temporary, name), join(path, name));
    } else {
      await rename(temporary, path);
    }
    await fsyncDirectory(dirname(path));
  } catch (error) {
    throw fsError(error, path, 'write');
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A folder replaces a folder with all that is in it. */
async function replace(from: string, to: string): Promise<void> {
  const kinds = [await kindOf(from), await kindOf(to)];
  if (kinds[0] === 'folder' && kinds[1] === 'folder') await rm(to, { recursive: true });
  await rename(from, to);
}

async function kindOf(path: string): Promise<'nothing' | 'file' | 'folder'> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw fsError(error, path, 'write');
  }
}
