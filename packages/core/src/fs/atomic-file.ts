import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fsyncDirectory } from './durable-folder.js';
import { fsError } from './fs-error.js';
import { requireSafeFile } from './path-safety.js';
import { createFile, removeInside, renameInside } from './safe-files.js';

export interface AtomicOptions {
  /** The folder below which no link is followed. Default: the folder the file is in. */
  readonly root?: string;
  /** Permissions of the file, before the umask. */
  readonly mode?: number;
  /** Whether the new content survives a power cut, not only the end of the process. Default: true. */
  readonly durable?: boolean;
  /** Called just before the new content replaces the old; if it throws, the old stays, and its error is passed on. */
  readonly commit?: () => Promise<void>;
}

/**
 * Writes a file atomically: a reader, even after a crash, finds the old content or the new, never a part.
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE; no temporary file is left.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array, options: AtomicOptions = {}): Promise<void> {
  return writeAtomically(path, (handle) => handle.writeFile(data), options);
}

/** The same for a file that is written in parts. An error of `write` is passed on. */
export async function writeAtomically(
  path: string,
  write: (handle: FileHandle) => Promise<void>,
  { root = dirname(path), mode = 0o666, durable = true, commit }: AtomicOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    requireSafeFile(path, root, 'replace');
    const handle = await createFile(temporary, root, mode);
    try {
      await write(handle);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await commit?.();
    await renameInside(temporary, path, root);
    if (durable) await fsyncDirectory(dirname(path));
  } catch (error) {
    await removeInside(temporary, root).catch(() => undefined);
    throw fsError(error, path, 'write');
  }
}
