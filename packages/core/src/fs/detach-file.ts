import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { fsyncDirectory } from './durable-folder.js';
import { fsError, isMissing } from './fs-error.js';
import { copyToNewFile, removeInside, renameInside } from './safe-files.js';

/**
 * Replaces a file by a copy of it: a process that has the old file open can no longer write into it. A missing file is
 * left alone.
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE
 */
export async function detachFile(path: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await copyToNewFile(path, temporary, folder);
    await renameInside(temporary, path, folder);
    await fsyncDirectory(folder);
  } catch (error) {
    await removeInside(temporary, folder).catch(() => undefined);
    if (!isMissing(error)) throw fsError(error, path, 'replace');
  }
}
