import type { Stats } from 'node:fs';
import type { FieldValue } from '../query/query-fields.js';
import type { ValueSink } from './field-values.js';
import { fileParts } from './index-file.js';

type File = Pick<Stats, 'ino' | 'size' | 'ctimeMs'>;

/** The files that the values of a run were read from. */
export interface RunFiles {
  /** Undefined if the values must not be indexed. */
  readonly record: File | undefined;
  /** Undefined if there is no such file; null if it was not looked for. */
  readonly annotations: File | undefined | null;
}

const notRead: File = { ino: Number.NaN, size: Number.NaN, ctimeMs: Number.NaN };
const missing: File = { ino: 0, size: 0, ctimeMs: 0 };

/** Values of runs that were read from files, by column: a map for each of thousands of runs would be much larger. */
export class FreshRuns implements ValueSink {
  readonly columns = new Map<string, (FieldValue | null)[]>();
  readonly files: Readonly<Record<(typeof fileParts)[number], number[]>>;
  private count = 0;

  constructor() {
    this.files = Object.fromEntries(fileParts.map((part) => [part, []])) as unknown as FreshRuns['files'];
  }

  /** Sets a value of the run that will be added next. */
  set(key: string, value: FieldValue): void {
    let column = this.columns.get(key);
    if (column === undefined) {
      column = [];
      this.columns.set(key, column);
    }
    while (column.length < this.count) column.push(null);
    const before = column[this.count - 1];
    // Most texts are those of the run before: one of them in memory is enough.
    column[this.count] = value === before ? before : value;
  }

  /** Adds the run with the values that were set. @returns its position */
  add(number: number, { record = notRead, annotations }: RunFiles): number {
    const { files } = this;
    files.number.push(number);
    files.inode.push(record.ino);
    files.size.push(record.size);
    files.ctimeMs.push(record.ctimeMs);
    const { ino, size, ctimeMs } = annotations === null ? notRead : (annotations ?? missing);
    files.annotationsInode.push(ino);
    files.annotationsSize.push(size);
    files.annotationsCtimeMs.push(ctimeMs);
    return this.count++;
  }

  valueAt(at: number, key: string): FieldValue | undefined {
    return this.columns.get(key)?.[at] ?? undefined;
  }

  isIndexable(at: number): boolean {
    return !Number.isNaN(this.files.inode[at]);
  }
}
