import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { isMissing } from '../../fs/fs-error.js';
import { inRegularFile, readPart } from '../../fs/read-regular-file.js';

/** A log as it was when it was read, to find out later whether it has only grown. */
export interface FileState {
  readonly inode: number;
  /** Its size, also of a last line that was not whole. */
  readonly size: number;
  readonly mtimeMs: number;
  /** The byte after the last whole line: as far as it was read. */
  readonly end: number;
  /** A hash of samples of what was read. */
  readonly hash: string;
}

export type FileStatus = Pick<FileState, 'inode' | 'size' | 'mtimeMs'>;

const metricsFile = { what: 'metrics', code: 'RUN_INVALID', link: 'refuse' } as const;
const blockBytes = 4096;
const blocks = 16;

/** Of a link, its own: then it differs from a file that was read before. Undefined if there is no such file. System errors unchanged. */
export function statusOf(path: string): FileStatus | undefined {
  try {
    const { ino, size, mtimeMs } = lstatSync(path);
    return { inode: ino, size, mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether nothing was written since. */
export function isUnchanged({ inode, size, mtimeMs }: FileStatus, before: FileStatus): boolean {
  return inode === before.inode && size === before.size && mtimeMs === before.mtimeMs;
}

/**
 * Whether all that was read is still there: the file has only grown. A resume may have cut it, in place or by a new file,
 * even one with the same inode, and have written on: the new lines have other times, so the last block differs.
 */
export function hasOnlyGrown(path: string, status: FileStatus, before: FileState): boolean {
  if (status.inode !== before.inode || status.size < before.end) return false;
  if (isUnchanged(status, before)) return true;
  // A file of the same size was edited in place. A smaller one has lost its last line, which was not whole.
  return status.size !== before.size && sampleHash(path, before.end) === before.hash;
}

/**
 * A hash of the first block of a file, the last one before a byte, and some between them: its cost does not grow with the
 * file. Empty if it cannot be read.
 */
export function sampleHash(path: string, end: number): string {
  try {
    return inRegularFile(path, metricsFile, (descriptor) => {
      const hash = createHash('sha256').update(`${end}\n`);
      const block = Buffer.allocUnsafe(blockBytes);
      const last = Math.max(0, end - blockBytes);
      const count = Math.min(blocks, Math.ceil(end / blockBytes));
      for (let at = 0; at < count; at++) {
        const start = count === 1 ? 0 : Math.floor((last * at) / (count - 1));
        const part = block.subarray(0, Math.min(blockBytes, end - start));
        if (readPart(descriptor, part, start) < part.length) return '';
        hash.update(part);
      }
      return hash.digest('hex');
    });
  } catch {
    return '';
  }
}
