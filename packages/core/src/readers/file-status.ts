import type { FileHandle } from 'node:fs/promises';
import { ForgeError } from '../errors/forge-error.js';

/** What shows that a file was changed or replaced. */
export interface FileStatus {
  readonly size: number;
  readonly modifiedMs: number;
  readonly inode: number;
}

export async function statusOf(handle: FileHandle): Promise<FileStatus> {
  const { size, mtimeMs, ino } = await handle.stat();
  return { size, modifiedMs: mtimeMs, inode: ino };
}

/** @throws ForgeError DATA_INVALID if the file is not the one that was opened before */
export function requireUnchanged(path: string, before: FileStatus, now: FileStatus): void {
  if (before.size === now.size && before.modifiedMs === now.modifiedMs && before.inode === now.inode) return;
  throw new ForgeError('DATA_INVALID', `${path} changed while it was in use.`, {
    about: path,
    hint: 'Write a new file under another name, and start again: a run must read the same data in every epoch.',
  });
}
