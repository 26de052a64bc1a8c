import { lstat } from 'node:fs/promises';
import { checksummerFor, checksumOf, type FileSummary } from './checksum.js';
import { fsError, isMissing } from './fs-error.js';

/** How a file differs from its entry in a manifest. */
export interface FileFault {
  readonly kind: 'missing' | 'truncated' | 'altered';
  /** Fits after the file's name: `is missing`. */
  readonly problem: string;
}

/**
 * Checks a file against its manifest entry. Never follows a link, which may point anywhere, and never opens a pipe or
 * device, which may never end.
 * @param deep whether to read the content and compare its checksum; otherwise only the size is compared
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
      return { kind, problem: `has ${status.size} bytes, expected ${bytes}` };
    }
    if (!deep || (await checksumOf(path, checksummerFor(checksum))) === checksum) return undefined;
    return { kind: 'altered', problem: 'does not match its checksum' };
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing', problem: 'is missing' };
    throw fsError(error, path, 'read');
  }
}
