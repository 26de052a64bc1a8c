import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { JsonProblem, parseStrictJson, shorten } from '../../json/strict-json.js';
import type { Cell, Row } from '../../tensor/row.js';
import { type BadRows, checkFlag, checkOnBadRow, type OnBadRow } from '../bad-rows.js';
import { readerFunction } from '../reader-function.js';
import type { Line } from './line-reader.js';
import { lineText } from './line-text.js';
import { openRowLines } from './row-lines.js';

/** How a nested value is kept: a list of numbers as a Float64Array, or any value as JSON text. */
export type NestedField = 'numbers' | 'json';

export interface JsonLinesOptions {
  /** Reads only these keys. Default: all. */
  readonly columns?: readonly string[];
  /** Nested values to keep, by key. Default: a nested value is a bad row. */
  readonly fields?: Readonly<Record<string, NestedField>>;
  /** A line that cannot be read: an error (default), skipped with a warning, or passed to a function and skipped. */
  readonly onBadRow?: OnBadRow;
  /** Reads in order and with bounded memory instead of into memory. Default: false. */
  readonly stream?: boolean;
}

const of = 'jsonLines(file, options)';

/** Reads JSON Lines files, plain or gzipped. https://jsonlines.org */
export const jsonLinesReader: DatasetReader = {
  description: 'The objects of a JSON Lines file: one in each line.',
  async open({ path, options, warn }) {
    const { columns, fields, ...rest } = readOptions(options as JsonLinesOptions);
    const wanted = columns && new Set(columns);
    return openRowLines({ path, ...rest, warn, parser: (bad) => rowParser(bad, wanted, fields) });
  },
};

function readOptions(options: JsonLinesOptions) {
  const synonyms = { keys: 'columns', select: 'columns', nested: 'fields' };
  checkOptions(options, ['columns', 'fields', 'onBadRow', 'stream'], { of, synonyms });
  const { columns, fields = {}, onBadRow } = options;
  const refuse = (option: string, expected: string) =>
    new ForgeError('OPTION_UNKNOWN', `${option} of ${of} must be ${expected}.`, { about: option });
  if (columns !== undefined && !(Array.isArray(columns) && columns.every((name) => typeof name === 'string'))) {
    throw refuse('columns', 'a list of names');
  }
  if (!isObject(fields)) throw refuse('fields', 'an object by key');
  for (const [name, kind] of Object.entries(fields)) {
    if (kind !== 'numbers' && kind !== 'json') throw refuse('fields', `'numbers' or 'json' for "${name}"`);
  }
  return { columns, fields, onBadRow: checkOnBadRow(onBadRow, of), stream: checkFlag(options.stream, 'stream', of) };
}

/** A row that cannot be read, with the key of the value or the position of the fault in the line. */
class BadLine extends Error {
  constructor(
    message: string,
    readonly at: number | string,
  ) {
    super(message);
  }
}

function rowParser(
  bad: BadRows,
  wanted: ReadonlySet<string> | undefined,
  fields: Readonly<Record<string, NestedField>>,
) {
  /** The type of each key and the line that has it first. */
  const types = new Map<string, { readonly type: string; readonly line: number }>();
  return (line: Line): Row | undefined => {
    const text = lineText(line, bad);
    if (text === undefined || text.trim() === '') return undefined;
    try {
      const row: Record<string, Row[string]> = {};
      for (const [key, value] of Object.entries(parseObject(text))) {
        if (wanted?.has(key) === false) continue;
        if (key === '__proto__') throw new BadLine('a key is called "__proto__"', key);
        row[key] = Object.hasOwn(fields, key) ? nested(key, value, fields[key]!) : plain(key, value);
        if (value === null || Object.hasOwn(fields, key)) continue;
        const known = types.get(key);
        if (known === undefined) types.set(key, { type: typeof value, line: line.number });
        else if (known.type !== typeof value) {
          throw new BadLine(`"${shorten(key)}" is a ${typeof value}, but a ${known.type} in line ${known.line}`, key);
        }
      }
      return row;
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      const at = typeof error.at === 'number' ? error.at : Math.max(0, text.indexOf(JSON.stringify(error.at)));
      bad.add({ line: line.number, column: at + 1, reason: error.message, text: text.slice(0, 200) });
      return undefined;
    }
  };
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notJson(text, error);
  }
  if (isObject(value) && !Array.isArray(value)) return value;
  throw new BadLine('the line is not an object', 0);
}

/** JSON.parse does not always name the position. */
function notJson(text: string, error: unknown): BadLine {
  try {
    parseStrictJson(text);
  } catch (problem) {
    if (problem instanceof JsonProblem) return new BadLine(`not JSON: ${problem.message}`, problem.position);
  }
  return new BadLine(`not JSON: ${messageOf(error)}`, 0);
}

function plain(key: string, value: unknown): Cell {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value;
  const what = Array.isArray(value) ? 'a list' : 'an object';
  throw new BadLine(`"${shorten(key)}" is ${what}; name it in fields to keep it, as 'numbers' or 'json'`, key);
}

function nested(key: string, value: unknown, kind: NestedField): Row[string] {
  if (value === null) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return Float64Array.from(value);
  throw new BadLine(`"${shorten(key)}" is not a list of numbers`, key);
}

/**
 * The objects of a JSON Lines file, plain or gzipped, as rows. A key has one type in all lines, or null; a key that a
 * line does not have is not in its row.
 * @throws ForgeError DATA_INVALID naming file, line and column; FILE_SYSTEM. When the dataset is opened or read
 */
export const jsonLines = readerFunction<Row, JsonLinesOptions>('jsonLines', jsonLinesReader, readOptions);
