import type { FileHandle } from 'node:fs/promises';
import { ForgeError } from '../../errors/forge-error.js';
import { ChunkReader } from '../../fs/chunk-reader.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';

const newline = 10;
const pieceBytes = 1 << 16;

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
 * @throws ForgeError RUN_INVALID for what is no regular file, and for a line that is longer than any line can be;
 * FILE_SYSTEM
 */
export async function* wholeLines(path: string): AsyncGenerator<LineGroup> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(path, { link: 'refuse', refuse: (how) => notAFile(path, how) });
    const reader = new ChunkReader(handle, pieceBytes);
    let first = 1;
    for (let bytes = await reader.more(); bytes !== undefined; bytes = await reader.more()) {
      const last = bytes.lastIndexOf(newline);
      if (last < 0) {
        if (bytes.length > longestLine) throw tooLong(path, first);
        continue;
      }
      const lines = bytes.toString('utf8', 0, last).split('\n');
      reader.drop(last + 1);
      yield { first, lines };
      first += lines.length;
    }
  } catch (error) {
    if (!isMissing(error)) throw fsError(error, path, 'read');
  } finally {
    await handle?.close();
  }
}

function notAFile(path: string, how: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${path} ${how}.`, {
    about: path,
    hint: 'Move it away; the metrics of a run are a file.',
  });
}

function tooLong(path: string, line: number): ForgeError {
  return new ForgeError('RUN_INVALID', `Line ${line} of ${path} has more than ${longestLine} bytes.`, {
    about: path,
    hint: 'Delete that line; no other line depends on it.',
  });
}
