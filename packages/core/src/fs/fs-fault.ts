import { lstat } from 'node:fs/promises';
import { checksummerFor, checksumOf, type FileSummary } from './checksum.js';
import { fsError, isMissing } from './fs-error.js';

/** How a file differs from what a manifest says about it. */
export interface FileFault {
  readonly kind: 'missing' | 'truncated' | 'altered';
  /** Fits after the file's name: `is missing`. */
  readonly problem: string;
}

/**
 * Holds a file against its manifest. A link, a pipe or a device is never followed or opened: it may lead anywhere, or
 * never end.
 * @param deep whether every byte is read; else only the size is compared
 * @throws ForgeError FILE_SYSTEM
 */
export async function faultOf(
  path: string,
  { bytes, checksum }: FileSummary,
  deep: boolean,
): Promise<FileFault | undefined> {
  try {
    const status = await lstat(path);
    if (status.isSymbolicLink()) return { kind: 'altered', problem: 'is a link' };
    if (!status.isFile()) return { kind: 'altered', problem: 'is not a regular file' };
    if (status.size !== bytes) {
      const kind = status.size < bytes ? 'truncated' : 'altered';
      return { kind, problem: `has ${status.size} bytes where ${bytes} were written` };
    }
    if (!deep || (await checksumOf(path, checksummerFor(checksum))) === checksum) return undefined;
    return { kind: 'altered', problem: 'does not match its checksum' };
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing', problem: 'is missing' };
    throw fsError(error, path, 'read');
  }
}
