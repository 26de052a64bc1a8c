import { type ErrorCode, ForgeError } from '../errors/forge-error.js';
import { fsError } from './fs-error.js';
import { openWithStatus, readWholeFile } from './open-regular-file.js';

/** How a file of bounded size is read. */
export interface BoundedFile {
  /** What the file is, for messages: `run file`, `manifest`. */
  readonly what: string;
  /** The error code for invalid content. */
  readonly code: ErrorCode;
  /** A larger file is refused. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Refuses a symbolic link. Default: it is followed. */
  readonly link?: 'refuse';
}

export const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Reads a whole file of bounded size. Only a regular file: a pipe or a device could block forever.
 * @throws ForgeError FILE_SYSTEM, or `code` if it is too large or not a regular file.
 */
export async function readBounded(path: string, { what, code, maxBytes, link }: BoundedFile): Promise<Buffer> {
  const limit = maxBytes ?? defaultMaxBytes;
  try {
    const refuse = (how: string) => new ForgeError(code, `The ${what} ${path} ${how}.`, { about: path });
    const { handle, status } = await openWithStatus(path, { refuse, ...(link === undefined ? {} : { link }) });
    try {
      const { size } = status;
      if (size > limit) throw refuse(`has ${size} bytes, more than the maximum of ${limit}`);
      return await readWholeFile(handle, size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, path, `read the ${what}`);
  }
}
