import { createReadStream } from 'node:fs';
import { ForgeError } from '../errors/forge-error.js';
import { fileError, isMissing } from '../files/file-error.js';

const newline = 10;

/** A line with thousands of metrics is well below; one that goes on and on is no line, and would fill the memory. */
const longestLine = 16 * 1024 * 1024;

export interface LineGroup {
  /** The number of the first line in the group, counted from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/**
 * The lines of a file, in groups as they are read, without what stands after the last newline (a line still being
 * written, or cut short by a crash). Nothing for a file that does not exist.
 * @throws ForgeError RUN_INVALID for a line that is longer than any line can be, FILE_SYSTEM
 */
export async function* wholeLines(path: string): AsyncGenerator<LineGroup> {
  let first = 1;
  let rest: Buffer[] = [];
  let waiting = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      const last = chunk.lastIndexOf(newline);
      if (last < 0) {
        rest.push(chunk);
        waiting += chunk.length;
        if (waiting > longestLine) throw tooLong(path, first);
        continue;
      }
      const lines = Buffer.concat([...rest, chunk.subarray(0, last)])
        .toString()
        .split('\n');
      rest = [chunk.subarray(last + 1)];
      waiting = chunk.length - last - 1;
      yield { first, lines };
      first += lines.length;
    }
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, path, 'read');
  }
}

function tooLong(path: string, line: number): ForgeError {
  return new ForgeError('RUN_INVALID', `Line ${line} of ${path} has more than ${longestLine} bytes.`, {
    about: path,
    hint: 'Delete that line; no other line depends on it.',
  });
}
