import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { systemCode } from './fs-error.js';

export interface OpenOptions {
  /** Refuses a symbolic link. Default: it is followed. */
  readonly link?: 'refuse';
  /** Makes the error for anything but a regular file, from a text that fits after its name: `is a link`. */
  readonly refuse?: (how: string) => Error;
}

/**
 * Opens a regular file for reading, without blocking: a pipe would block until another process writes to it. The check
 * is of the opened file, so replacing the path meanwhile has no effect.
 * @throws what `refuse` makes. Default: ForgeError PATH_UNSAFE. System errors unchanged
 */
export async function openRegularFile(path: string, options: OpenOptions = {}): Promise<FileHandle> {
  return (await openWithStatus(path, options)).handle;
}

/** The same, with the status that was checked: a file server is asked once. */
export async function openWithStatus(
  path: string,
  options: OpenOptions,
): Promise<{ readonly handle: FileHandle; readonly status: Stats }> {
  checkOptions(options, ['link', 'refuse'], { of: 'openRegularFile(path, options)' });
  const { link, refuse } = options;
  const refused = (how: string) =>
    refuse?.(how) ?? new ForgeError('PATH_UNSAFE', `Refused to read ${path}: it ${how}.`, { about: path });
  const follow = link === 'refuse' ? (constants.O_NOFOLLOW ?? 0) : 0;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | follow);
  } catch (error) {
    if (follow !== 0 && systemCode(error) === 'ELOOP') throw refused('is a link');
    // Reported for a socket, and for a device without a driver.
    if (systemCode(error) === 'ENXIO') throw refused('is not a regular file');
    throw error;
  }
  try {
    const status = await handle.stat();
    // If the user named the file, the system's own message is clearer.
    if (status.isDirectory() && link !== 'refuse') {
      throw Object.assign(new Error('EISDIR: illegal operation on a directory, read'), {
        code: 'EISDIR',
        syscall: 'read',
      });
    }
    if (!status.isFile()) throw refused('is not a regular file');
    return { handle, status };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The bytes of an open file, at most `size`: some system files never end. */
export async function readWholeFile(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  for (let count = 1; length < size && count > 0; length += count) {
    ({ bytesRead: count } = await handle.read(buffer, length, Math.min(size - length, 2 ** 30), length));
  }
  return buffer.subarray(0, length);
}
