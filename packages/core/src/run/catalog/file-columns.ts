import type { Stats } from 'node:fs';
import type { fileParts } from './index-file.js';

/** What says which files the values of runs were read from, by position. */
export type FileNumbers = Readonly<Record<(typeof fileParts)[number], ArrayLike<number>>>;

/** Whether the `run.json` of the run at a position is unchanged. @param file undefined if there is no such file */
export function isSameFile({ inode, size, ctimeMs }: FileNumbers, at: number, file: Stats | undefined): boolean {
  return file !== undefined && inode[at] === file.ino && size[at] === file.size && ctimeMs[at] === file.ctimeMs;
}

/** Whether its `annotations.json` is. @param file undefined if there is no such file */
export function haveSameAnnotations(files: FileNumbers, at: number, file: Stats | undefined): boolean {
  const { annotationsInode, annotationsSize, annotationsCtimeMs } = files;
  const { ino, size, ctimeMs } = file ?? { ino: 0, size: 0, ctimeMs: 0 };
  return annotationsInode[at] === ino && annotationsSize[at] === size && annotationsCtimeMs[at] === ctimeMs;
}
