import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export interface OpenOptions {
  /** What to do with a symbolic link. Default: follow it. */
  readonly link?: 'refuse';
  /** Makes the error for a file that is not regular, from a phrase that follows its name: `is a link`. */
  readonly refuse: (how: string) => Error;
}

/**
 * Opens a file for reading, and only a regular one. Opening never blocks, as a pipe would until another process writes
 * to it. The open file is checked, not its path, which may change.
 * @throws the error of `refuse`; errors of the system unchanged
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
    // The system's message is clearer for a file that the user named.
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

/** The bytes of an open file, no more than its size when it was opened: some system files never end. */
export async function readWholeFile(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  for (let count = 1; length < size && count > 0; length += count) {
    ({ bytesRead: count } = await handle.read(buffer, length, Math.min(size - length, 2 ** 30), length));
  }
  return buffer.subarray(0, length);
}
