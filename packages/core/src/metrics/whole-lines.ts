import { createReadStream } from 'node:fs';
import { fileError, isMissing } from '../files/file-error.js';

const newline = 10;

export interface LineGroup {
  /** The number of the first line in the group, counted from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/**
 * The lines of a file, in groups as they are read, without what stands after the last newline (a line still being
 * written, or cut short by a crash). Nothing for a file that does not exist.
 * @throws ForgeError FILE_SYSTEM
 */
export async function* wholeLines(path: string): AsyncGenerator<LineGroup> {
  let first = 1;
  let rest: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      const last = chunk.lastIndexOf(newline);
      if (last < 0) {
        rest.push(chunk);
        continue;
      }
      const lines = Buffer.concat([...rest, chunk.subarray(0, last)])
        .toString()
        .split('\n');
      rest = [chunk.subarray(last + 1)];
      yield { first, lines };
      first += lines.length;
    }
  } catch (error) {
    if (!isMissing(error)) throw fileError(error, path, 'read');
  }
}
