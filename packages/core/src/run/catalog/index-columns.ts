import type { Stats } from 'node:fs';
import { isObject } from '../../json/json-file.js';

/**
 * The runs of an experiment by column: the number, the file status that changes whenever `run.json` does (each write
 * makes a new file: see `writeFileAtomic`), and the creation time. The other fields are read only for the few runs shown.
 */
export interface IndexedRuns {
  readonly number: number[];
  readonly inode: number[];
  readonly size: number[];
  readonly mtimeMs: number[];
  readonly ctimeMs: number[];
  readonly created: string[];
}

export function noRuns(): IndexedRuns {
  return { number: [], inode: [], size: [], mtimeMs: [], ctimeMs: [], created: [] };
}

export function addRun(runs: IndexedRuns, number: number, file: Stats, created: string): void {
  runs.number.push(number);
  runs.inode.push(file.ino);
  runs.size.push(file.size);
  runs.mtimeMs.push(file.mtimeMs);
  runs.ctimeMs.push(file.ctimeMs);
  runs.created.push(created);
}

/** Copies the runs at these positions. */
export function copyRuns(from: IndexedRuns, positions: readonly number[], to: IndexedRuns): void {
  for (const at of positions) {
    to.number.push(from.number[at]!);
    to.inode.push(from.inode[at]!);
    to.size.push(from.size[at]!);
    to.mtimeMs.push(from.mtimeMs[at]!);
    to.ctimeMs.push(from.ctimeMs[at]!);
    to.created.push(from.created[at]!);
  }
}

/** Whether the run at this position was read from this file. */
export function isSameFile(runs: IndexedRuns, at: number, file: Stats): boolean {
  return (
    runs.inode[at] === file.ino &&
    runs.size[at] === file.size &&
    runs.mtimeMs[at] === file.mtimeMs &&
    runs.ctimeMs[at] === file.ctimeMs
  );
}

/** Whether a value has all columns, of equal length and with the right type. */
export function isIndexedRuns(value: unknown): value is IndexedRuns {
  if (!isObject(value) || !Array.isArray(value.number)) return false;
  const { length } = value.number;
  const isColumn = (column: unknown, type: string) =>
    Array.isArray(column) && column.length === length && column.every((item) => typeof item === type);
  const { number, inode, size, mtimeMs, ctimeMs, created } = value;
  return (
    [number, inode, size, mtimeMs, ctimeMs].every((column) => isColumn(column, 'number')) && isColumn(created, 'string')
  );
}
