import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export interface OpenOptions {
  /** Whether a link may stand for the file. Default: it may. */
  readonly link?: 'refuse';
  /** Makes the error for what is no regular file, from a text that fits after its name: `is a link`. */
  readonly refuse: (how: string) => Error;
}

/**
 * Opens a file for reading, and only a regular one. The opening never waits: a pipe would block until another process
 * writes to it. What was opened is checked, not what had the name before.
 * @throws what `refuse` makes; what the system refuses as it comes
 */
export async function openRegularFile(path: string, { link, refuse }: OpenOptions): Promise<FileHandle> {
  const follow = link === 'refuse' ? (constants.O_NOFOLLOW ?? 0) : 0;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | follow);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (follow !== 0 && code === 'ELOOP') throw refuse('is a link');
    // Of a socket, and of a device without a driver.
    if (code === 'ENXIO') throw refuse('is not a regular file');
    throw error;
  }
  try {
    const status = await handle.stat();
    // Where a person names the file, the system's own words are clearer.
    if (status.isDirectory() && link !== 'refuse') {
      throw Object.assign(new Error('EISDIR: illegal operation on a directory, read'), { code: 'EISDIR' });
    }
    if (!status.isFile()) throw refuse('is not a regular file');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The bytes of an open file, no more than it had when it was opened: some of the system's files never end. */
export async function readWholeFile(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  for (let count = 1; length < size && count > 0; length += count) {
    ({ bytesRead: count } = await handle.read(buffer, length, Math.min(size - length, 2 ** 30), length));
  }
  return buffer.subarray(0, length);
}
