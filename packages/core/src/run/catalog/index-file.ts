import { isObject } from '../../json/is-object.js';
import type { FieldValue } from '../query/query-fields.js';

/** A column of an index: a value for each run, null if the run has none. */
export type Column = ArrayLike<FieldValue | null>;

/**
 * What says which files the values of a run were read from: its number; inode, size and time of its `run.json`; and those
 * of its `annotations.json`, which are 0 if there is no such file, and NaN if it was not looked for.
 */
export const fileParts = [
  ...(['number', 'inode', 'size', 'ctimeMs'] as const),
  ...(['annotationsInode', 'annotationsSize', 'annotationsCtimeMs'] as const),
] as const;

export type FileColumns = Readonly<Record<(typeof fileParts)[number], Float64Array>>;

/** The runs of an index, by experiment and number. */
export interface IndexContent {
  /** Each experiment, and how many runs it has. */
  readonly experiments: readonly (readonly [name: string, count: number])[];
  readonly files: FileColumns;
  readonly columns: ReadonlyMap<string, Column>;
}

const formatVersion = 4;

/**
 * The content of an index: a line of JSON with the experiments, the keys of the columns, and how long their values are;
 * then the file columns and the others. Numbers are numbers of 64 bits in the order of this machine. A column with other
 * values is a JSON array of its distinct values, and the place in that array for each run, of 32 bits. So a reader parses
 * only the columns that it needs, and each distinct value once.
 */
export function encodeIndex({ experiments, files, columns }: IndexContent): Buffer {
  const content: Buffer[] = fileParts.map((part) => bytesOf(files[part]));
  const list = [...columns].map(([key, column]) => {
    if (isNumbers(column)) {
      content.push(bytesOf(Float64Array.from(column)));
      return [key, 0];
    }
    const { values, places } = distinct(column);
    const json = Buffer.from(JSON.stringify(values, encodeNumber));
    content.push(json, bytesOf(places));
    return [key, json.length];
  });
  const header = Buffer.from(`${JSON.stringify({ formatVersion, experiments, columns: list })}\n`);
  return Buffer.concat([header, ...content]);
}

function isNumbers(column: Column): column is ArrayLike<number> {
  for (let at = 0; at < column.length; at++) if (typeof column[at] !== 'number') return false;
  return true;
}

function distinct(column: Column): { readonly values: (FieldValue | null)[]; readonly places: Uint32Array } {
  const known = new Map<FieldValue | null, number>();
  const places = new Uint32Array(column.length);
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    let place = known.get(value);
    if (place === undefined) {
      place = known.size;
      known.set(value, place);
    }
    places[at] = place;
  }
  return { values: [...known.keys()], places };
}

function bytesOf(column: Float64Array | Uint32Array): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}

/** JSON has no NaN and ±Infinity, and a text may be `NaN`. */
function encodeNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function decodeNumber(_key: string, value: unknown): unknown {
  return isObject(value) ? Number(value.number) : value;
}

/** A decoded index, whose columns are parsed on demand. */
export interface DecodedIndex extends Pick<IndexContent, 'experiments' | 'files'> {
  readonly keys: readonly string[];
  /** Undefined if there is no such column. @throws Error for an invalid one */
  parse(key: string): Column | undefined;
}

/** @throws Error if it is not valid */
export function decodeIndex(bytes: Buffer): DecodedIndex {
  const newline = bytes.indexOf(10);
  const header: unknown = JSON.parse(bytes.toString('utf8', 0, newline));
  if (!isObject(header) || header.formatVersion !== formatVersion) throw new Error('It has another version.');
  const { experiments, columns } = header as {
    readonly experiments: IndexContent['experiments'];
    readonly columns: readonly (readonly [key: string, valuesLength: number])[];
  };
  const count = experiments.reduce((sum, [, runs]) => sum + runs, 0);
  let at = newline + 1;
  const take = (length: number) => {
    const start = at;
    at += length;
    if (at > bytes.length) throw new Error('It is truncated.');
    return start;
  };
  const numbers = (start: number) => new Float64Array(copyOf(bytes, start, count * 8));
  const files = Object.fromEntries(fileParts.map((part) => [part, numbers(take(count * 8))])) as FileColumns;
  const places = new Map(
    columns.map(([key, length]) => [key, { length, start: take(length + count * (length === 0 ? 8 : 4)) }]),
  );
  if (at !== bytes.length) throw new Error('It has another length.');
  const parse = (key: string) => {
    const place = places.get(key);
    if (place === undefined) return undefined;
    const { start, length } = place;
    return length === 0 ? numbers(start) : parseColumn(bytes, start, length, count);
  };
  return { experiments, files, keys: [...places.keys()], parse };
}

function parseColumn(bytes: Buffer, start: number, length: number, count: number): (FieldValue | null)[] {
  const json = bytes.toString('utf8', start, start + length);
  // Only where it is needed, since it makes parsing many times slower.
  const values: unknown = JSON.parse(json, json.includes('{"number":') ? decodeNumber : undefined);
  if (!Array.isArray(values) || !values.every(isValue)) throw new Error('Its values are invalid.');
  const column: (FieldValue | null)[] = [];
  for (const place of new Uint32Array(copyOf(bytes, start + length, count * 4))) {
    const value = values[place];
    if (value === undefined) throw new Error('A value is missing.');
    column.push(value);
  }
  return column;
}

/** A copy, because the start of a typed array must be a multiple of its element size. */
function copyOf(bytes: Buffer, start: number, length: number): ArrayBuffer {
  const begin = bytes.byteOffset + start;
  return bytes.buffer.slice(begin, begin + length) as ArrayBuffer;
}

function isValue(value: unknown): value is FieldValue | null {
  const type = typeof value;
  if (type === 'number' || type === 'string' || type === 'boolean' || value === null) return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
