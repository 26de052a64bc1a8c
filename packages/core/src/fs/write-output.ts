import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { fsyncDirectory } from './durable-folder.js';
import { fsError, isMissing } from './fs-error.js';

/**
 * What a person asked to have written does not silently take the place of something else.
 * @throws ForgeError USAGE, FILE_SYSTEM
 */
export async function requireFree(path: string, force: boolean): Promise<void> {
  if (force || (await kindOf(path)) === 'nothing') return;
  throw new ForgeError('USAGE', `${path} exists already.`, {
    about: path,
    hint: 'Name another place, or give --force to replace it.',
  });
}

/**
 * Writes a file or a folder completely or not at all. A file takes the place of a file; the files of a folder take
 * their places in a folder that is there, whose other files stay.
 * @param write makes the file or folder at the path it is handed
 * @throws ForgeError FILE_SYSTEM; nothing is left behind.
 */
export async function writeOutput(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await write(temporary);
    const [made, there] = [await kindOf(temporary), await kindOf(path)];
    if (there !== 'nothing' && made !== there) {
      throw new ForgeError('FILE_SYSTEM', `${path} is a ${there}, and a ${made} is to be written.`, { about: path });
    }
    if (there === 'folder') {
      for (const name of await readdir(temporary)) await rename(join(temporary, name), join(path, name));
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

async function kindOf(path: string): Promise<'nothing' | 'file' | 'folder'> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw fsError(error, path, 'write');
  }
}
