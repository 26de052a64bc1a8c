import type { FileHandle } from 'node:fs/promises';
import { ForgeError } from '../../errors/forge-error.js';
import { ChunkReader } from '../../fs/chunk-reader.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';

const newline = 10;
const pieceBytes = 1 << 16;

/** Far more than a line with thousands of metrics. A longer line would fill the memory. */
const longestLine = 16 * 1024 * 1024;

export interface LineGroup {
  /** The number of the first line in the group, counted from 1 at the start of the file or of the reading. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Where the group ends in the file, in bytes: later lines start there. */
  readonly end: number;
}

/**
 * Streams the lines of a file in groups, without text after the last newline: such a line is still being written, or was
 * truncated by a crash. A file that does not exist has no lines.
 * @param start the byte to start at: the end of an earlier group. Default: the start of the file
 * @param what the file in an error: `metrics of a run`
 * @throws ForgeError RUN_INVALID if it is not a regular file or a line is too long; FILE_SYSTEM
 */
export async function* wholeLines(path: string, start = 0, what = 'metrics of a run'): AsyncGenerator<LineGroup> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(path, { link: 'refuse', refuse: (how) => notAFile(path, how, what) });
    const reader = new ChunkReader(handle, pieceBytes, start);
    let first = 1;
    let end = start;
    for (let bytes = await reader.more(); bytes !== undefined; bytes = await reader.more()) {
      const last = bytes.lastIndexOf(newline);
      if (last < 0) {
        if (bytes.length > longestLine) throw tooLong(path, first);
        continue;
      }
      const lines = bytes.toString('utf8', 0, last).split('\n');
      reader.drop(last + 1);
      end += last + 1;
      yield { first, lines, end };
      first += lines.length;
    }
  } catch (error) {
    if (!isMissing(error)) throw fsError(error, path, 'read');
  } finally {
    await handle?.close();
  }
}

function notAFile(path: string, how: string, what: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${path} ${how}.`, {
    about: path,
    hint: `Move it away: the ${what} must be a regular file.`,
  });
}

function tooLong(path: string, line: number): ForgeError {
  return new ForgeError('RUN_INVALID', `Line ${line} of ${path} has more than ${longestLine} bytes.`, {
    about: path,
    hint: 'Delete that line; no other line depends on it.',
  });
}
