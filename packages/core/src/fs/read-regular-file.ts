import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { ForgeError } from '../errors/forge-error.js';
import { type BoundedFile, defaultMaxBytes } from './read-bounded.js';

export interface TextFile {
  /** Undefined where the file is not UTF-8. */
  readonly text: string | undefined;
  /** Of the very file that was read, whatever takes its place meanwhile. */
  readonly status: Stats;
}

/** Read into again and again: thousands of buffers of their own cost as much as the reading. */
const shared = Buffer.allocUnsafe(64 * 1024);

/**
 * Reads a whole text file of bounded size, synchronously: of thousands of small ones five times as fast as many at
 * once with asynchronous calls.
 * @throws ForgeError `code` when it is too large or no regular file; what the system refuses as it comes
 */
export function readRegularFile(path: string, { what, code, maxBytes = defaultMaxBytes }: BoundedFile): TextFile {
  // Without waiting: a pipe would block the opening until somebody writes to it.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(descriptor);
    const { size } = status;
    const refuse = (how: string) => new ForgeError(code, `The ${what} ${path} ${how}.`, { about: path });
    if (!status.isFile()) throw refuse('is not a regular file');
    if (size > maxBytes) throw refuse(`has ${size} bytes, more than the ${maxBytes} that are allowed`);
    const buffer = size <= shared.length ? shared : Buffer.allocUnsafe(size);
    let length = 0;
    for (let count = 1; length < size && count > 0; length += count) {
      count = readSync(descriptor, buffer, length, size - length, length);
    }
    return { text: decode(buffer, length), status };
  } finally {
    closeSync(descriptor);
  }
}

function decode(buffer: Buffer, length: number): string | undefined {
  const text = buffer.toString('utf8', 0, length);
  // What stands for wrong bytes may also have been written so.
  return text.includes('\ufffd') && !isUtf8(buffer.subarray(0, length)) ? undefined : text;
}
