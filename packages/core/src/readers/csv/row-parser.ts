import type { ColumnKind } from '../../data/column-table.js';
import { CellScanner, carriageReturn, lineFeed, quote, textOf } from './cell-scanner.js';
import { booleanOf, kindOf, numberOf } from './cell-text.js';
import { longestCached, StringCache } from './string-cache.js';
import { cellKinds, type TableBuilder } from './table-builder.js';

export interface RowFormat {
  /** A byte. */
  readonly delimiter: number;
  /** The byte that a line to ignore begins with; -1 if there are none. */
  readonly comment: number;
  readonly missing: ReadonlySet<string>;
  readonly names: readonly string[];
  /** By column, whether its kind was inferred from its cells: then text whose digits matter is no number. */
  readonly inferred: readonly boolean[];
  /** Whether a cell of another kind than the inferred one turns its column into text; otherwise its row is bad. */
  readonly demote: boolean;
}

/** A row that cannot be read, by positions in the bytes of the block. */
export interface BadPlace {
  readonly bytes: Buffer;
  /** Of the row. */
  readonly start: number;
  readonly limit: number;
  /** Of its fault. */
  readonly at: number;
  /** The line of the row's start, from 1. */
  readonly line: number;
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** Doubles hold smaller integers exactly. */
const exactIntegers = 2 ** 53;
/** Powers of ten that doubles hold exactly: one multiplication or division by them is correctly rounded (Clinger 1990). */
const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const [minus, dot, zero, lowerE, plus] = [45, 46, 48, 101, 43];

/**
 * Parses the bytes of rows into columns. Numbers are computed from their digits and categories are found by their bytes,
 * so that most cells need no string.
 */
export class RowParser {
  /** The line of the next row, from 1. */
  line = 1;
  /** Columns that turned into text. */
  readonly demoted = new Set<number>();
  /** Whether the last call ended inside a quote. */
  insideQuote = false;
  /** Takes the end of the bytes for the end of an open quote: no end was found in as many bytes as a row may have. */
  closeQuotes = false;
  readonly #format: RowFormat;
  readonly #scanner: CellScanner;
  readonly #caches: readonly StringCache[];
  readonly #emptyIsMissing: boolean;
  readonly #report: (bad: BadPlace) => void;
  /** The first fault of the current row. */
  #fault: string | undefined;
  #faultAt = 0;
  #hint: string | undefined;
  /** Columns whose kind the current row changes, if the row is good. */
  readonly #pending: { column: number; kind: ColumnKind; value: number | string | null }[] = [];
  readonly #pendingDemotions: number[] = [];

  constructor(format: RowFormat, report: (bad: BadPlace) => void) {
    this.#format = format;
    this.#scanner = new CellScanner(format.delimiter);
    this.#caches = format.names.map(() => new StringCache());
    this.#emptyIsMissing = format.missing.has('');
    this.#report = report;
  }

  /**
   * Parses the complete rows from `start` on, until the table is full.
   * @param final whether the file ends at `limit`; otherwise a row that ends there is not complete
   * @returns the position after the last row
   */
  parse(bytes: Buffer, start: number, limit: number, final: boolean, into: TableBuilder): number {
    const { delimiter, comment, names, inferred } = this.#format;
    const { kinds, numbers, strings, flags, capacity } = into;
    const caches = this.#caches;
    const scanner = this.#scanner;
    const special = scanner.special;
    const width = names.length;
    const emptyIsMissing = this.#emptyIsMissing;
    let row = into.length;
    let position = start;
    this.insideQuote = false;
    bytes[limit] = lineFeed;
    while (position < limit && row < capacity) {
      const rowStart = position;
      const firstByte = bytes[position]!;
      if (firstByte === lineFeed || firstByte === carriageReturn || firstByte === comment) {
        const after = this.#skipLine(bytes, position, limit, final);
        if (after < 0) break;
        position = after;
        this.line++;
        continue;
      }
      let column = 0;
      let innerLines = 0;
      let at = position;
      let end = 0;
      let extra = 0;
      for (;;) {
        const kind = column < width ? kinds[column]! : cellKinds.skip;
        end = at;
        let done = false;
        if (kind === cellKinds.number) {
          let byte = bytes[end]!;
          const negative = byte === minus;
          if (negative) byte = bytes[++end]!;
          const digits = end;
          let value = 0;
          let digit = byte - zero;
          while (digit >= 0 && digit <= 9) {
            value = value * 10 + digit;
            digit = bytes[++end]! - zero;
          }
          let count = end - digits;
          let exact = !(count > 1 && bytes[digits] === zero && inferred[column]);
          let scale = 0;
          if (digit === dot - zero) {
            const fraction = ++end;
            digit = bytes[end]! - zero;
            while (digit >= 0 && digit <= 9) {
              value = value * 10 + digit;
              digit = bytes[++end]! - zero;
            }
            scale = fraction - end;
            count -= scale;
          }
          byte = bytes[end]!;
          if ((byte | 32) === lowerE && count > 0) {
            let power = 0;
            const sign = bytes[++end]!;
            if (sign === minus || sign === plus) end++;
            const powerDigits = end;
            digit = bytes[end]! - zero;
            while (digit >= 0 && digit <= 9 && power < 1000) {
              power = power * 10 + digit;
              digit = bytes[++end]! - zero;
            }
            if (end === powerDigits) exact = false;
            scale += sign === minus ? -power : power;
            byte = bytes[end]!;
          }
          if (special[byte] === 1 && byte !== quote && exact) {
            if (count > 0 && value < exactIntegers && scale <= 22 && scale >= -22) {
              if (scale < 0) value /= powersOfTen[-scale]!;
              else if (scale > 0) value *= powersOfTen[scale]!;
              numbers[column]![row] = negative ? -value : value;
              done = true;
            } else if (end === at && emptyIsMissing) {
              numbers[column]![row] = Number.NaN;
              done = true;
            }
          }
        } else if (kind === cellKinds.string) {
          let byte = bytes[end]!;
          let hash = 0;
          let bits = 0;
          while (special[byte] === 0) {
            bits |= byte;
            hash = (Math.imul(hash, 31) + byte) | 0;
            byte = bytes[++end]!;
          }
          if (byte !== quote) {
            const cache = caches[column]!;
            const cached = bits < 128 && end - at <= longestCached && cache.useful;
            let found = cached ? cache.find(bytes, at, end, hash) : undefined;
            if (found === undefined) {
              const text = textOf(bytes, at, end, bits);
              if (text === undefined) this.#failText(column, at);
              else found = this.#isMissing(text) ? null : text;
              if (cached && text !== undefined) cache.store(text, hash, found!);
            }
            strings[column]![row] = found ?? null;
            done = true;
          }
        } else if (kind === cellKinds.boolean) {
          const value = plainBoolean(bytes, at);
          if (value >= 0) {
            end = at + 5 - value;
            done = special[bytes[end]!] === 1 && bytes[end] !== quote;
            if (done) flags[column]![row] = value;
          }
        } else if (kind === cellKinds.skip) {
          let byte = bytes[end]!;
          while (special[byte] === 0) byte = bytes[++end]!;
          done = byte !== quote;
        }
        if (!done) {
          scanner.scan(bytes, at, limit);
          end = scanner.next;
          innerLines += scanner.lines;
          if (scanner.fault !== undefined) {
            if (scanner.unclosed && !final && !this.closeQuotes) {
              this.insideQuote = true;
              break;
            }
            this.#failStructure(scanner.fault, scanner.faultAt);
            end = -1;
            break;
          }
          this.#slowCell(bytes, kind, column, row, into);
        }
        column++;
        if (bytes[end] !== delimiter) break;
        at = end + 1;
        if (column === width) extra = at;
      }
      if (end < 0) {
        // Where the cells are is not certain in the rest of this line.
        const fault = this.#faultAt;
        const after = this.#skipLine(bytes, fault, limit, final);
        if (after < 0) {
          this.#forget();
          break;
        }
        this.#reportRow(bytes, rowStart, after);
        this.line += 1 + innerLinesBefore(bytes, rowStart, fault);
        position = after;
        continue;
      }
      if (this.insideQuote || (end >= limit && !final)) {
        this.#forget();
        break;
      }
      let after = end + 1;
      if (bytes[end] === carriageReturn) {
        if (after === limit && !final) {
          this.#forget();
          break;
        }
        if (bytes[after] === lineFeed) after++;
      }
      position = after < limit ? after : limit;
      if (column !== width) {
        const columns = `there ${width === 1 ? 'is' : 'are'} ${counted(width, 'column')}`;
        this.#failStructure(`the row has ${counted(column, 'cell')}, but ${columns}`, column < width ? end : extra);
      }
      if (this.#fault === undefined) {
        if (this.#pending.length > 0 || this.#pendingDemotions.length > 0) this.#applyPending(into, row);
        row++;
        into.length = row;
      } else this.#reportRow(bytes, rowStart, end);
      this.line += 1 + innerLines;
    }
    return position;
  }

  /** A cell that is not plain digits or plain text: quoted, missing, a boolean, of another kind. */
  #slowCell(bytes: Buffer, kind: number, column: number, row: number, into: TableBuilder): void {
    if (kind === cellKinds.skip) return;
    const text = this.#scanner.text(bytes);
    if (text === undefined) {
      this.#failText(column, this.#scanner.start);
      return;
    }
    const missing = this.#isMissing(text);
    switch (kind) {
      case cellKinds.number: {
        const value = missing ? Number.NaN : numberOf(text.trim(), this.#format.inferred[column]!);
        if (value === undefined) this.#otherKind(column, 'number', text);
        else into.numbers[column]![row] = value;
        return;
      }
      case cellKinds.boolean: {
        const value = missing ? 2 : booleanOf(text.trim(), !this.#format.inferred[column]);
        if (value === undefined) this.#otherKind(column, 'boolean', text);
        else into.flags[column]![row] = value;
        return;
      }
      case cellKinds.string:
        into.strings[column]![row] = missing ? null : text;
        return;
      case cellKinds.undecided: {
        if (missing) return;
        const found = kindOf(text.trim());
        const value =
          found === 'string'
            ? text
            : found === 'number'
              ? Number(numberOf(text.trim(), true))
              : Number(booleanOf(text.trim(), false));
        this.#pending.push({ column, kind: found, value });
      }
    }
  }

  #isMissing(text: string): boolean {
    const { missing } = this.#format;
    return missing.has(text) || (edgeSpace.test(text) && missing.has(text.trim()));
  }

  #otherKind(column: number, kind: 'number' | 'boolean', text: string): void {
    const { names, inferred, demote } = this.#format;
    if (inferred[column] && demote) {
      this.#pendingDemotions.push(column);
      return;
    }
    const what = kind === 'number' ? 'a number' : 'true or false';
    const why = inferred[column] ? `, as in the rows before` : '';
    const hint = inferred[column]
      ? `Give the column's type: types: { ${JSON.stringify(names[column])}: 'string' }; or raise inferRows; or skip such rows: onBadRow: 'skip'.`
      : undefined;
    this.#fail(`${shortened(text)} in column "${names[column]}" is not ${what}${why}`, this.#scanner.start, hint);
  }

  #applyPending(into: TableBuilder, row: number): void {
    for (const { column, kind, value } of this.#pending) {
      into.decide(column, kind);
      if (kind === 'number') into.numbers[column]![row] = value as number;
      else if (kind === 'boolean') into.flags[column]![row] = value as number;
      else into.strings[column]![row] = value as string;
    }
    for (const column of this.#pendingDemotions) {
      this.demoted.add(column);
      into.kinds[column] = cellKinds.again;
    }
    this.#forget();
  }

  #forget(): void {
    this.#fault = undefined;
    this.#hint = undefined;
    this.#pending.length = 0;
    this.#pendingDemotions.length = 0;
  }

  #failText(column: number, at: number): void {
    this.#fail(`column "${this.#format.names[column]}" is not UTF-8 text`, at, 'Save the file as UTF-8.');
  }

  #fail(reason: string, at: number, hint?: string): void {
    if (this.#fault !== undefined) return;
    this.#fault = reason;
    this.#faultAt = at;
    this.#hint = hint;
  }

  /** Reported instead of wrong values, which may follow from it. */
  #failStructure(reason: string, at: number): void {
    this.#fault = undefined;
    this.#fail(reason, at);
  }

  #reportRow(bytes: Buffer, start: number, limit: number): void {
    const bad = { bytes, start, limit, at: this.#faultAt, line: this.line, reason: this.#fault!, hint: this.#hint };
    this.#forget();
    this.#report(bad);
  }

  /** The position after the line's end; negative if it is not in the bytes. */
  #skipLine(bytes: Buffer, from: number, limit: number, final: boolean): number {
    let at = from;
    while (bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at++;
    if (at >= limit) return final ? limit : -1;
    if (bytes[at] === carriageReturn) {
      if (at + 1 === limit && !final) return -1;
      if (at + 1 < limit && bytes[at + 1] === lineFeed) return at + 2;
    }
    return at + 1;
  }
}

const edgeSpace = /^\s|\s$/;

/** 1 for `true`, 0 for `false` in any case, -1 for other bytes. */
function plainBoolean(bytes: Uint8Array, at: number): number {
  const isLetter = (offset: number, letter: number) => (bytes[at + offset]! | 32) === letter;
  if (isLetter(0, 116)) return isLetter(1, 114) && isLetter(2, 117) && isLetter(3, 101) ? 1 : -1;
  const isFalse = isLetter(0, 102) && isLetter(1, 97) && isLetter(2, 108) && isLetter(3, 115) && isLetter(4, 101);
  return isFalse ? 0 : -1;
}

function innerLinesBefore(bytes: Buffer, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] !== lineFeed)) lines++;
  }
  return lines;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Text in quotes, for messages. */
function shortened(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
