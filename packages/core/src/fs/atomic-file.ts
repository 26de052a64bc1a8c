import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { fsyncDirectory } from './durable-folder.js';
import { fsError } from './fs-error.js';
import { requireSafeFile } from './path-safety.js';
import { createFile, removeInside, renameInside } from './safe-files.js';

/**
 * Writes a file atomically: a reader, even after a crash, finds the old content or the new, never a part.
 * @param options.root the folder below which no link is followed. Default: the folder the file is in.
 * @param options.mode permissions of the file, before the umask
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE; no temporary file is left.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { root = dirname(path), mode = 0o666 }: { readonly root?: string; readonly mode?: number } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    requireSafeFile(path, root, 'replace');
    const handle = await createFile(temporary, root, mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameInside(temporary, path, root);
    await fsyncDirectory(dirname(path));
  } catch (error) {
    await removeInside(temporary, root).catch(() => undefined);
    throw fsError(error, path, 'write');
  }
}
