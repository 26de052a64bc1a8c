import type { Stats } from 'node:fs';
import type { FieldValue } from '../query/query-fields.js';
import { haveSameAnnotations, isSameFile } from './file-columns.js';
import type { Column, DecodedIndex } from './index-file.js';

/** A column of an index is not what it should be: the index is not to be believed. */
export class InvalidIndex extends Error {}

/** The runs of an index, each at a position. */
export class IndexedRuns {
  private readonly loaded = new Map<string, Column>();
  /** Where the runs of each experiment are. */
  private readonly ranges = new Map<string, readonly [start: number, end: number]>();
  /** Runs are looked up in ascending order. */
  private next = 0;

  constructor(readonly index: DecodedIndex) {
    let start = 0;
    for (const [experiment, count] of index.experiments) {
      this.ranges.set(experiment, [start, start + count]);
      start += count;
    }
  }

  /** The position of a run whose `run.json` is unchanged. @param file undefined if there is no such file */
  find(experiment: string, number: number, file: Stats | undefined): number | undefined {
    const at = this.positionOf(experiment, number);
    if (at === undefined || file === undefined) return undefined;
    this.next = at + 1;
    return isSameFile(this.index.files, at, file) ? at : undefined;
  }

  /** Whether the `annotations.json` of a run is unchanged. @param file undefined if there is no such file */
  hasSameAnnotations(at: number, file: Stats | undefined): boolean {
    return haveSameAnnotations(this.index.files, at, file);
  }

  /** The value of the run at a position, of a column that is loaded. */
  valueAt(at: number, key: string): FieldValue | undefined {
    return this.loaded.get(key)?.[at] ?? undefined;
  }

  /** Makes a column available; undefined if there is no such column. @throws InvalidIndex */
  load(key: string): Column | undefined {
    const before = this.loaded.get(key);
    if (before !== undefined) return before;
    try {
      const column = this.index.parse(key);
      if (column !== undefined) this.loaded.set(key, column);
      return column;
    } catch (error) {
      throw new InvalidIndex(`The column ${key} cannot be read.`, { cause: error });
    }
  }

  private positionOf(experiment: string, wanted: number): number | undefined {
    const range = this.ranges.get(experiment);
    if (range === undefined) return undefined;
    const { number } = this.index.files;
    let [low, high] = range;
    const end = high;
    if (this.next >= low && this.next < end && number[this.next] === wanted) return this.next;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (number[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low < end && number[low] === wanted ? low : undefined;
  }
}
