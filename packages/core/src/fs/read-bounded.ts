import { type ErrorCode, ForgeError } from '../errors/forge-error.js';
import { fsError } from './fs-error.js';
import { openRegularFile, readWholeFile } from './open-regular-file.js';

/** A file of ours, as it is read. */
export interface BoundedFile {
  /** What the file is, for messages: `run file`, `manifest`. */
  readonly what: string;
  /** The code of the error for content that is not what it should be. */
  readonly code: ErrorCode;
  /** A larger file is refused unread. Default: 64 MiB. */
  readonly maxBytes?: number;
  /** Whether a link to the file is refused. Default: it is followed. */
  readonly link?: 'refuse';
}

export const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Reads a whole file of bounded size. Only a regular file: a pipe or a device could block for ever.
 * @throws ForgeError FILE_SYSTEM, or `code` when it is too large or no regular file.
 */
export async function readBounded(path: string, { what, code, maxBytes, link }: BoundedFile): Promise<Buffer> {
  const limit = maxBytes ?? defaultMaxBytes;
  try {
    const refuse = (how: string) => new ForgeError(code, `The ${what} ${path} ${how}.`, { about: path });
    const handle = await openRegularFile(path, { refuse, ...(link === undefined ? {} : { link }) });
    try {
      const { size } = await handle.stat();
      if (size > limit) throw refuse(`has ${size} bytes, more than the ${limit} that are allowed`);
      return await readWholeFile(handle, size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, path, `read the ${what}`);
  }
}
