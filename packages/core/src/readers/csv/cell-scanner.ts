import { isUtf8 } from 'node:buffer';

export const lineFeed = 10;
export const carriageReturn = 13;
export const quote = 34;

/** Finds the cells of a row and decodes their text: RFC 4180 with any delimiter and any line ends. */
export class CellScanner {
  /** Bytes that end or may not be in an unquoted cell are 1. */
  readonly special = new Uint8Array(256);
  /** The contents of the cell. */
  start = 0;
  end = 0;
  /** The delimiter or line end after it. */
  next = 0;
  /** The bits of all its bytes: ASCII is below 128. */
  bits = 0;
  /** Line ends inside it. */
  lines = 0;
  fault: string | undefined;
  faultAt = 0;
  /** Whether its quote has no end in these bytes. */
  unclosed = false;
  #escaped = false;

  constructor(readonly delimiter: number) {
    for (const byte of [delimiter, lineFeed, carriageReturn, quote]) this.special[byte] = 1;
  }

  /** @param limit where the bytes end; a line feed is there, as an end mark */
  scan(bytes: Uint8Array, from: number, limit: number): void {
    this.fault = undefined;
    this.unclosed = false;
    this.lines = 0;
    this.#escaped = false;
    if (bytes[from] === quote) this.#scanQuoted(bytes, from + 1, limit);
    else this.#scanPlain(bytes, from);
  }

  #scanPlain(bytes: Uint8Array, from: number): void {
    const special = this.special;
    let bits = 0;
    let at = from;
    let byte = bytes[at]!;
    while (special[byte] === 0) {
      bits |= byte;
      byte = bytes[++at]!;
    }
    this.#found(from, at, at, bits);
    if (byte === quote) this.#fail('a quote inside a cell that does not begin with one', at);
  }

  #scanQuoted(bytes: Uint8Array, from: number, limit: number): void {
    let bits = 0;
    let at = from;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === quote) {
        if (bytes[at + 1] !== quote) break;
        this.#escaped = true;
        at++;
      } else if (byte === lineFeed) {
        if (at >= limit) {
          this.unclosed = true;
          this.#found(from, at, at, bits);
          this.#fail('a quote that is never closed', from - 1);
          return;
        }
        this.lines++;
      } else if (byte === carriageReturn && bytes[at + 1] !== lineFeed) this.lines++;
      bits |= byte;
      at++;
    }
    this.#found(from, at, at + 1, bits);
    const after = bytes[at + 1]!;
    if (this.special[after] !== 1) this.#fail('text after the closing quote of a cell', at + 1);
  }

  #found(start: number, end: number, next: number, bits: number): void {
    this.start = start;
    this.end = end;
    this.next = next;
    this.bits = bits;
  }

  #fail(fault: string, at: number): void {
    this.fault = fault;
    this.faultAt = at;
  }

  /** The text of the cell; undefined if it is not UTF-8. */
  text(bytes: Buffer): string | undefined {
    const text = textOf(bytes, this.start, this.end, this.bits);
    return this.#escaped ? text?.replaceAll('""', '"') : text;
  }
}

/**
 * Text from UTF-8 bytes; undefined if they are not UTF-8.
 * @param bits of all bytes
 */
export function textOf(bytes: Buffer, start: number, end: number, bits: number): string | undefined {
  if (bits < 128) return bytes.toString('latin1', start, end);
  return isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : undefined;
}
