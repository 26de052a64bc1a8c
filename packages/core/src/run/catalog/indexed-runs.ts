import type { Stats } from 'node:fs';
import type { FieldValue } from '../query/query-fields.js';
import type { Column, EncodedRuns, FileColumns, IndexedRuns } from './index-file.js';

/** Values by key: a map, or something smaller. */
export type IndexValues = Pick<ReadonlyMap<string, FieldValue>, 'get' | 'keys'>;

/** A run whose values were read from a file; undefined if there is no such file. */
export interface AddedRun {
  readonly number: number;
  readonly file: Pick<Stats, 'ino' | 'size' | 'ctimeMs'> | undefined;
  readonly values: IndexValues;
}

/** A column of an index is not what it should be: the index is not to be believed. */
export class InvalidIndex extends Error {}

/** The indexed runs of an experiment. */
export class KnownRuns {
  /** Positions of runs that were looked up and are unchanged. */
  readonly found: number[] = [];
  private readonly loaded = new Map<string, Column>();
  /** Runs are looked up in ascending order. */
  private next = 0;

  constructor(private readonly encoded: EncodedRuns) {}

  get keys(): Iterable<string> {
    return this.encoded.keys;
  }

  get files(): FileColumns {
    return this.encoded.files;
  }

  /** The position of a run whose file is unchanged. If its values are used, `keep` it. */
  find(number: number, file: Stats | undefined): number | undefined {
    const at = this.positionOf(number);
    if (at === undefined) return undefined;
    this.next = at + 1;
    const { inode, size, ctimeMs } = this.files;
    const isSame =
      file === undefined
        ? inode[at] === 0 && size[at] === 0 && ctimeMs[at] === 0
        : inode[at] === file.ino && size[at] === file.size && ctimeMs[at] === file.ctimeMs;
    return isSame ? at : undefined;
  }

  /** Keeps a run, when the index is written again. */
  keep(at: number): void {
    this.found.push(at);
  }

  /** The value of the run at a position, of a column that is loaded. */
  valueAt(at: number, key: string): FieldValue | undefined {
    return this.loaded.get(key)?.[at] ?? undefined;
  }

  /** @throws InvalidIndex */
  column(key: string): Column | undefined {
    const before = this.loaded.get(key);
    if (before !== undefined) return before;
    try {
      const column = this.encoded.parse(key);
      if (column !== undefined) this.loaded.set(key, column);
      return column;
    } catch (error) {
      throw new InvalidIndex(`The column ${key} cannot be read.`, { cause: error });
    }
  }

  private positionOf(wanted: number): number | undefined {
    const { number } = this.files;
    if (number[this.next] === wanted) return this.next;
    let [low, high] = [0, number.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (number[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return number[low] === wanted ? low : undefined;
  }
}

/** Where a run of a merged index comes from. */
type Origin = { readonly number: number; readonly at: number } | AddedRun;

/** The runs of an experiment that were found and added, ascending. @throws InvalidIndex */
export function mergeRuns(known: KnownRuns | undefined, added: readonly AddedRun[] = []): IndexedRuns {
  const found = known?.found.map((at) => ({ number: known.files.number[at]!, at })) ?? [];
  const origins: readonly Origin[] = [...found, ...added].sort((a, b) => a.number - b.number);
  const keys = new Set<string>(known?.keys ?? []);
  for (const { values } of added) for (const key of values.keys()) keys.add(key);
  const columns = new Map<string, Column>();
  for (const key of keys) {
    const before = known?.column(key);
    columns.set(
      key,
      origins.map((run) => ('at' in run ? before?.[run.at] : run.values.get(key)) ?? null),
    );
  }
  const numbers = (part: keyof FileColumns, of: (run: AddedRun) => number) =>
    Float64Array.from(origins, (run) => ('at' in run ? known!.files[part][run.at]! : of(run)));
  const files = {
    number: numbers('number', ({ number }) => number),
    inode: numbers('inode', ({ file }) => file?.ino ?? 0),
    size: numbers('size', ({ file }) => file?.size ?? 0),
    ctimeMs: numbers('ctimeMs', ({ file }) => file?.ctimeMs ?? 0),
  };
  return { files, columns };
}
