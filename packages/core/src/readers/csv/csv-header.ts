import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { CellScanner, carriageReturn, lineFeed } from './cell-scanner.js';
import type { CsvSettings } from './csv-options.js';

/** A table for a model has far fewer; a file with more is probably no table. */
const mostColumns = 2 ** 16;

export interface CsvHeader {
  /** By column of the file. */
  readonly names: readonly string[];
  /** Whether a column is read. */
  readonly selected: readonly boolean[];
  /** Where the rows begin in the block, and at which line. */
  readonly position: number;
  readonly line: number;
}

/**
 * The names of the columns.
 * @param limit where the bytes end; a byte after them is free
 * @returns undefined if the first row is not complete in these bytes
 * @throws ForgeError DATA_INVALID, OPTION_UNKNOWN
 */
export function readHeader(
  path: string,
  settings: CsvSettings,
  bytes: Buffer,
  start: number,
  limit: number,
  final: boolean,
): CsvHeader | undefined {
  if (limit - start < 4 && !final) return undefined;
  refuseOtherFormats(path, bytes, start, limit);
  bytes[limit] = lineFeed;
  let at = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf ? start + 3 : start;
  let line = 1;
  const { header } = settings;
  if (typeof header !== 'boolean') return named(path, settings, header, at, line);
  const comment = settings.comments?.charCodeAt(0) ?? -1;
  while (at < limit && (isLineEnd(bytes[at]!) || bytes[at] === comment)) {
    while (!isLineEnd(bytes[at]!)) at++;
    if (at >= limit - 1 && !final) return undefined;
    at += bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1;
    line++;
  }
  if (at >= limit) {
    if (!final) return undefined;
    const what = header ? 'no row with the names of the columns' : 'no rows';
    throw new ForgeError('DATA_INVALID', `${path} is empty: it has ${what}.`, { about: path, hint: 'Check the path.' });
  }
  const first = firstRow(path, settings, bytes, at, limit, final, line);
  if (first === undefined) return undefined;
  const unnamed = (column: number) => `column${column + 1}`;
  if (!header)
    return named(
      path,
      settings,
      first.texts.map((_, column) => unnamed(column)),
      at,
      line,
    );
  const names = first.texts.map((text, column) => text.trim() || unnamed(column));
  return named(path, settings, names, first.position, line + first.lines);
}

function firstRow(
  path: string,
  settings: CsvSettings,
  bytes: Buffer,
  start: number,
  limit: number,
  final: boolean,
  line: number,
) {
  const scanner = new CellScanner(settings.delimiter.charCodeAt(0));
  const texts: string[] = [];
  let lines = 1;
  for (let at = start; ; at = scanner.next + 1) {
    scanner.scan(bytes, at, limit);
    if ((scanner.unclosed || scanner.next >= limit) && !final) return undefined;
    const text = scanner.text(bytes);
    const fault = scanner.fault ?? (text === undefined ? `name ${texts.length + 1} is not UTF-8 text` : undefined);
    if (fault !== undefined || text === undefined) {
      throw new ForgeError('DATA_INVALID', `${path}:${line}: the names of the columns cannot be read: ${fault}.`, {
        about: path,
        hint: 'Correct the first row, or give the names: header: [ … ].',
      });
    }
    if (texts.push(text) > mostColumns) {
      throw new ForgeError(
        'DATA_INVALID',
        `${path}:${line} has more than ${mostColumns.toLocaleString('en')} columns.`,
        {
          about: path,
          hint: 'Check the delimiter and the line ends, or store such data as arrays: npy.',
        },
      );
    }
    lines += scanner.lines;
    const end = bytes[scanner.next]!;
    if (!isLineEnd(end)) continue;
    if (end === carriageReturn && scanner.next + 1 === limit && !final) return undefined;
    const position = scanner.next + (end === carriageReturn && bytes[scanner.next + 1] === lineFeed ? 2 : 1);
    return { texts, lines, position: Math.min(position, limit) };
  }
}

function named(
  path: string,
  settings: CsvSettings,
  names: readonly string[],
  position: number,
  line: number,
): CsvHeader {
  const { columns, types } = settings;
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name) || name === '__proto__') {
      const fault = seen.has(name) ? 'two columns are' : 'a column is';
      throw new ForgeError('DATA_INVALID', `${path}: ${fault} called "${name}".`, {
        about: path,
        hint: 'Give other names: remove the first row and set header: [ … ].',
      });
    }
    seen.add(name);
  }
  for (const given of [columns ?? [], Object.keys(types)]) {
    const unknown = given.find((name) => !seen.has(name));
    if (unknown === undefined) continue;
    const nearest = nearestName(unknown, [...seen]);
    throw new ForgeError('DATA_INVALID', `${path} has no column "${unknown}".`, {
      about: unknown,
      hint:
        nearest === undefined
          ? `Its columns are ${[...names].slice(0, 20).join(', ')}${names.length > 20 ? ' …' : ''}.`
          : `Did you mean "${nearest}"?`,
    });
  }
  const wanted = columns && new Set(columns);
  return { names, selected: names.map((name) => wanted?.has(name) ?? true), position, line };
}

function refuseOtherFormats(path: string, bytes: Buffer, start: number, limit: number): void {
  const begins = (...first: number[]) =>
    limit - start >= first.length && first.every((byte, at) => bytes[start + at] === byte);
  const other =
    begins(0xff, 0xfe) || begins(0xfe, 0xff)
      ? 'UTF-16 text'
      : begins(0x50, 0x4b, 3, 4)
        ? 'a zip file, such as an Excel workbook'
        : undefined;
  if (other === undefined) return;
  throw new ForgeError('DATA_INVALID', `${path} is ${other}, not CSV in UTF-8.`, {
    about: path,
    hint: 'Save it as "CSV UTF-8" in the program that wrote it.',
  });
}

function isLineEnd(byte: number): boolean {
  return byte === lineFeed || byte === carriageReturn;
}
