import type { IncomingMessage } from 'node:http';
import { messageOf } from '../errors/forge-error.js';
import { httpGet, TransientError } from './http-get.js';
import type { PartialFile } from './partial-file.js';

/** A connection without data for so long is given up, ms. */
const longestSilence = 30_000;

/** The most bytes of a file whose size was not given. */
const mostBytes = 16 * 2 ** 30;

export interface FetchOptions {
  /** The size of the file, where it is known. */
  readonly size: number | undefined;
  /** Called with the bytes that there are so far, and the size of the file if it is known. */
  readonly progress: (bytes: number, size: number | undefined) => void;
}

/**
 * Appends what is missing of a file to its partial file; from the start where the server ignores the range.
 * @throws TransientError, or an Error with the reason
 */
export async function fetchRest(url: URL, part: PartialFile, { size, progress }: FetchOptions): Promise<void> {
  const before = await part.size();
  if (before === size && before > 0) return;
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`it sent nothing for ${longestSilence / 1000} s`));
  }, longestSilence);
  try {
    const response = await httpGet(url, before, silence.signal);
    // The range starts at the end of the file: there is nothing more.
    if (response.statusCode === 416) return void response.destroy();
    const start = startOf(response, before);
    const total = size ?? totalOf(response, start);
    await append(response, part, { start, total, timer, progress, isExact: size !== undefined });
  } finally {
    clearTimeout(timer);
  }
}

/** Where the answer starts in the file. */
function startOf({ statusCode, headers }: IncomingMessage, asked: number): number {
  if (statusCode === 200) return 0;
  if (headers['content-range']?.startsWith(`bytes ${asked}-`)) return asked;
  throw new Error('it sent another range than requested');
}

function totalOf({ headers }: IncomingMessage, start: number): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) ? start + length : undefined;
}

interface AppendOptions extends Pick<FetchOptions, 'progress'> {
  readonly start: number;
  readonly total: number | undefined;
  /** Whether the caller gave the size, and not the server. */
  readonly isExact: boolean;
  readonly timer: NodeJS.Timeout;
}

async function append(response: IncomingMessage, part: PartialFile, options: AppendOptions): Promise<void> {
  const { start, total, isExact, timer, progress } = options;
  const limit = isExact ? total! : Math.min(total ?? mostBytes, mostBytes);
  const tooMany = isExact ? `it sends more than the file's ${limit} bytes` : `it sends more than ${limit} bytes`;
  if (!isExact && (total ?? 0) > mostBytes) throw new Error(`${tooMany}; give the \`size\` of the file`);
  let position = start;
  const output = await part.open();
  try {
    // What an earlier download left is not of use: the server starts again.
    if (start === 0) await output.truncate(0);
    for await (const chunk of chunksOf(response)) {
      timer.refresh();
      if (position + chunk.length > limit) throw new Error(tooMany);
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await output.write(chunk, done, chunk.length - done, position + done);
        done += bytesWritten;
      }
      position += chunk.length;
      progress(position, total);
    }
    if (total !== undefined && position < total) {
      throw new TransientError(`it stopped after ${position} of ${total} bytes`);
    }
    await output.sync();
  } finally {
    response.destroy();
    await output.close();
  }
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response;
  } catch (error) {
    throw new TransientError(`the connection broke (${messageOf(error)})`, { cause: error });
  }
}
