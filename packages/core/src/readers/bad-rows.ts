import { ForgeError } from '../errors/forge-error.js';
import { printableText } from '../text/printable.js';

/** A row that cannot be read. */
export interface BadRow {
  /** The absolute path of the file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The character of the line where the fault is, from 1. */
  readonly column: number;
  /** A sentence without a full stop. */
  readonly reason: string;
  /** The line, at most its first 200 characters. */
  readonly text: string;
}

/** What to do with a row that cannot be read: fail, skip it and count it, or pass it to a function and skip it. */
export type OnBadRow = 'error' | 'skip' | ((bad: BadRow) => void);

/** @throws ForgeError OPTION_UNKNOWN */
export function checkOnBadRow(value: unknown, of: string): OnBadRow {
  if (value === undefined) return 'error';
  if (value === 'error' || value === 'skip' || typeof value === 'function') return value as OnBadRow;
  throw new ForgeError('OPTION_UNKNOWN', `onBadRow of ${of} is ${printableText(String(value))}.`, {
    about: 'onBadRow',
    hint: "It is 'error', 'skip' or a function.",
  });
}

/** Handles the bad rows of one pass over a file. */
export class BadRows {
  #count = 0;
  #first: BadRow | undefined;

  /** @param warn called at the end of a pass that skipped rows */
  constructor(
    readonly file: string,
    private readonly onBadRow: OnBadRow,
    private readonly warn: (message: string) => void,
  ) {}

  /** @throws ForgeError DATA_INVALID if bad rows are errors */
  add(row: Omit<BadRow, 'file'>, hint?: string): void {
    const bad: BadRow = { file: this.file, ...row };
    if (this.onBadRow === 'error') {
      throw new ForgeError('DATA_INVALID', `${placeOf(bad)}: ${bad.reason}.`, {
        about: bad.file,
        hint: hint ?? "Correct the row, or skip rows that cannot be read: onBadRow: 'skip'.",
      });
    }
    this.#count++;
    this.#first ??= bad;
    if (this.onBadRow !== 'skip') this.onBadRow(bad);
  }

  /** Says once how many rows were skipped. */
  end(): void {
    if (this.#first === undefined || this.onBadRow !== 'skip') return;
    const rows = this.#count === 1 ? 'a row' : `${this.#count} rows`;
    const first = this.#count === 1 ? '' : 'the first ';
    this.warn(
      `Skipped ${rows} of ${this.file}: ${first}at ${this.#first.line}:${this.#first.column}, ${this.#first.reason}.`,
    );
  }
}

function placeOf({ file, line, column }: BadRow): string {
  return `${file}:${line}:${column}`;
}

/** @throws ForgeError OPTION_UNKNOWN unless it is true, false or undefined, which is false */
export function checkFlag(value: unknown, option: string, of: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw new ForgeError('OPTION_UNKNOWN', `${option} of ${of} must be true or false.`, { about: option });
}
