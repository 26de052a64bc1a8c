import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { systemCode } from './fs-error.js';

export interface OpenOptions {
  /** Whether a link may stand for the file. Default: it may. */
  readonly link?: 'refuse';
  /** Makes the error for what is no regular file, from a text that fits after its name: `is a link`. */
  readonly refuse?: (how: string) => Error;
}

/**
 * Opens a file for reading, and only a regular one. The opening never waits: a pipe would block until another process writes
 * to it. What was opened is checked, not what had the name before.
 * @throws what `refuse` makes, else ForgeError PATH_UNSAFE; what the system refuses as it comes
 */
export async function openRegularFile(path: string, options: OpenOptions = {}): Promise<FileHandle> {
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
    // Of a socket, and of a device without a driver.
    if (systemCode(error) === 'ENXIO') throw refused('is not a regular file');
    throw error;
  }
  try {
    const status = await handle.stat();
    // Where a person names the file, the system's own words are clearer.
    if (status.isDirectory() && link !== 'refuse') {
      throw Object.assign(new Error('EISDIR: illegal operation on a directory, read'), {
        code: 'EISDIR',
        syscall: 'read',
      });
    }
    if (!status.isFile()) throw refused('is not a regular file');
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
