import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError } from '../../fs/fs-error.js';
import { openWithStatus } from '../../fs/open-regular-file.js';
import { isPathTraversal } from '../../fs/path-traversal.js';

/** An open file of a run. */
export interface OpenedFile {
  readonly status: Stats;
  /** Reads up to that many bytes from a position; fewer at the end of the file. */
  read(position: number, bytes: number): Promise<Buffer>;
}

/**
 * Opens a regular file in a run's folder for reading. A link is refused, also one among the folders on the way: it may
 * point to any file of this machine.
 * @param name its path in the folder, with forward slashes
 * @throws ForgeError PATH_UNSAFE for a link, anything but a regular file, or a path that leaves the folder; FILE_SYSTEM
 */
export async function withFileInside<T>(run: string, name: string, work: (file: OpenedFile) => Promise<T>): Promise<T> {
  const path = join(run, name);
  const refuse = (how: string, about = path) =>
    new ForgeError('PATH_UNSAFE', `Refused to read ${about}: it ${how}.`, { about });
  if (isPathTraversal(name)) throw refuse('is outside the run');
  try {
    for (let folder = dirname(path); folder.startsWith(`${run}${sep}`); folder = dirname(folder)) {
      if ((await lstat(folder)).isSymbolicLink()) throw refuse('is a link', folder);
    }
    const { handle, status } = await openWithStatus(path, { link: 'refuse', refuse });
    try {
      return await work({
        status,
        read: async (position, bytes) => {
          const buffer = Buffer.alloc(bytes);
          let length = 0;
          for (let count = 1; length < bytes && count > 0; length += count) {
            ({ bytesRead: count } = await handle.read(buffer, length, bytes - length, position + length));
          }
          return buffer.subarray(0, length);
        },
      });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, path, 'read');
  }
}
