import { isObject } from '../../json/is-object.js';
import type { FieldValue } from '../query/query-fields.js';

/** A column of an index: a value for each run, null if the run has none. */
export type Column = readonly (FieldValue | null)[];

/** Which files the values were read from, for each run: its number, and the inode, size and time of the file. */
export interface FileColumns {
  /** Ascending. */
  readonly number: Float64Array;
  /** All zero if there was no file. */
  readonly inode: Float64Array;
  readonly size: Float64Array;
  readonly ctimeMs: Float64Array;
}

/** The runs of an experiment in an index. */
export interface IndexedRuns {
  readonly files: FileColumns;
  readonly columns: ReadonlyMap<string, Column>;
}

const formatVersion = 3;
const parts = ['number', 'inode', 'size', 'ctimeMs'] as const;

/**
 * The content of an index: a line of JSON that says which columns of which experiments follow and how long they are; then
 * for each experiment the file columns as numbers of 64 bits in the order of this machine, and the other columns as JSON arrays. So a
 * reader parses only the columns that it needs.
 */
export function encodeIndex(experiments: ReadonlyMap<string, IndexedRuns>): Buffer {
  const keySets: string[][] = [];
  const known = new Map<string, number>();
  const content: Buffer[] = [];
  const list = [...experiments].map(([experiment, { files, columns }]) => {
    const keys = [...columns.keys()];
    const name = JSON.stringify(keys);
    if (!known.has(name)) known.set(name, keySets.push(keys) - 1);
    for (const part of parts) content.push(bytesOf(files[part]));
    const lengths = [...columns.values()].map((column) => {
      const bytes = Buffer.from(JSON.stringify(column, encodeNumber));
      content.push(bytes);
      return bytes.length;
    });
    return [experiment, files.number.length, known.get(name)!, lengths];
  });
  const header = Buffer.from(`${JSON.stringify({ formatVersion, keySets, experiments: list })}\n`);
  return Buffer.concat([header, ...content]);
}

function bytesOf(column: Float64Array): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}

/** JSON has no NaN and ±Infinity, and a text may be `NaN`. */
function encodeNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

/** The runs of an experiment, whose columns are not parsed yet. */
export class EncodedRuns {
  constructor(
    readonly files: FileColumns,
    private readonly bytes: Buffer,
    /** Where each column is in the bytes. */
    private readonly places: ReadonlyMap<string, readonly [start: number, end: number]>,
  ) {}

  get keys(): Iterable<string> {
    return this.places.keys();
  }

  /** Undefined if there is no such column. @throws Error for an invalid one */
  parse(key: string): Column | undefined {
    const place = this.places.get(key);
    if (place === undefined) return undefined;
    const column: unknown = JSON.parse(this.bytes.toString('utf8', ...place), this.reviver(place));
    if (!Array.isArray(column) || column.length !== this.files.number.length || !column.every(isValue)) {
      throw new Error(`The column ${key} is invalid.`);
    }
    return column;
  }

  /** Only where it is needed, since it makes parsing many times slower. */
  private reviver([start, end]: readonly [number, number]): typeof decodeNumber | undefined {
    return this.bytes.subarray(start, end).includes('{"number":') ? decodeNumber : undefined;
  }
}

function decodeNumber(_key: string, value: unknown): unknown {
  return isObject(value) ? Number(value.number) : value;
}

function isValue(value: unknown): value is FieldValue | null {
  const type = typeof value;
  if (type === 'number' || type === 'string' || type === 'boolean' || value === null) return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The experiments of an index. @throws Error if it is not valid */
export function decodeIndex(bytes: Buffer): Map<string, EncodedRuns> {
  const newline = bytes.indexOf(10);
  const header: unknown = JSON.parse(bytes.toString('utf8', 0, newline));
  if (!isObject(header) || header.formatVersion !== formatVersion) throw new Error('It has another version.');
  const { keySets, experiments } = header as {
    readonly keySets: readonly (readonly string[])[];
    readonly experiments: readonly (readonly [string, number, number, readonly number[]])[];
  };
  let at = newline + 1;
  const decoded = new Map<string, EncodedRuns>();
  for (const [experiment, count, keySet, lengths] of experiments) {
    const numbers = parts.map(() => {
      const column = numbersAt(bytes, at, count);
      at += count * 8;
      return column;
    });
    const [number, inode, size, ctimeMs] = numbers as [Float64Array, Float64Array, Float64Array, Float64Array];
    const places = new Map<string, readonly [number, number]>();
    for (const [index, key] of keySets[keySet]!.entries()) {
      places.set(key, [at, at + lengths[index]!]);
      at += lengths[index]!;
    }
    decoded.set(experiment, new EncodedRuns({ number, inode, size, ctimeMs }, bytes, places));
  }
  if (at !== bytes.length) throw new Error('It is truncated.');
  return decoded;
}

function numbersAt(bytes: Buffer, start: number, count: number): Float64Array {
  const begin = bytes.byteOffset + start;
  if (start + count * 8 > bytes.length) throw new Error('It is truncated.');
  // A copy: its start must be a multiple of 8.
  return new Float64Array(bytes.buffer.slice(begin, begin + count * 8) as ArrayBuffer);
}
