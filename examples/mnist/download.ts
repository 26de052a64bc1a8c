import { createHash } from 'node:crypto';
import { constants, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError, messageOf } from '@forge-ml/core';

export interface PublishedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** The four files as LeCun, Cortes and Burges published them. */
const mnistFiles: readonly PublishedFile[] = [
  {
    name: 'train-images-idx3-ubyte.gz',
    size: 9_912_422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
  },
  {
    name: 'train-labels-idx1-ubyte.gz',
    size: 28_881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
  },
  {
    name: 't10k-images-idx3-ubyte.gz',
    size: 1_648_877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
  },
  {
    name: 't10k-labels-idx1-ubyte.gz',
    size: 4_542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
  },
];

const mnistMirrors: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist',
  'https://storage.googleapis.com/cvdf-datasets/mnist',
];

const attemptsPerMirror = 3;
const longestSilence = 30_000;

export interface DownloadOptions {
  readonly files?: readonly PublishedFile[];
  readonly mirrors?: readonly string[];
  /** Prints a line for the user. */
  readonly report?: (line: string) => void;
}

/**
 * Downloads the missing files of MNIST into a folder. An interrupted download leaves `NAME.part`, and the next call
 * continues it; a file gets its name only after its checksum was verified.
 * @throws ForgeError DATA_UNAVAILABLE if no mirror has a valid file
 */
export async function downloadMnist(folder: string, options: DownloadOptions = {}): Promise<void> {
  const { files = mnistFiles, mirrors = mnistMirrors, report = console.error } = options;
  await mkdir(folder, { recursive: true });
  for (const file of files) {
    if ((await sizeOf(join(folder, file.name))) !== undefined) continue;
    report(`Downloading ${file.name} (${(file.size / 1e6).toFixed(1)} MB) to ${folder}`);
    await downloadFile(file, folder, mirrors, report);
  }
}

async function downloadFile(
  file: PublishedFile,
  folder: string,
  mirrors: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  let reason: unknown;
  for (const mirror of mirrors) {
    for (let attempt = 1; attempt <= attemptsPerMirror; attempt++) {
      try {
        await fetchInto(`${mirror}/${file.name}`, file, folder);
        return;
      } catch (error) {
        // Another process may have downloaded the file meanwhile.
        if ((await sizeOf(join(folder, file.name))) !== undefined) return;
        reason = error;
        report(`${mirror}: ${explain(error)}`);
        if (!(error instanceof TransientError)) break;
      }
    }
  }
  throw new ForgeError('DATA_UNAVAILABLE', `Cannot download MNIST: ${file.name}: ${explain(reason)}.`, {
    about: file.name,
    hint: 'Try again to continue the download, or set --data-dir to a folder with the idx files.',
    cause: reason,
  });
}

/** The connection broke, or the partial file was corrupt: try the same mirror again. */
class TransientError extends Error {}

async function fetchInto(url: string, file: PublishedFile, folder: string): Promise<void> {
  const part = join(folder, `${file.name}.part`);
  const before = (await sizeOf(part)) ?? 0;
  if (before > file.size) await rm(part, { force: true });
  await fetchRest(url, file, part);
  if (
    createHash('sha256')
      .update(await readFile(part))
      .digest('hex') !== file.sha256
  ) {
    await rm(part, { force: true });
    if (before > 0) throw new TransientError('the partial file of an earlier download is corrupt');
    throw new Error('the file has a wrong checksum');
  }
  await rename(part, join(folder, file.name));
}

/** Downloads the bytes after those in `part`, or all bytes if the server ignores the range. */
async function fetchRest(url: string, file: PublishedFile, part: string): Promise<void> {
  let position = (await sizeOf(part)) ?? 0;
  if (position === file.size) return;
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`received nothing for ${longestSilence / 1000} s`)),
    longestSilence,
  );
  // Written by position and never truncated, because another process may download the same file at once.
  const output = await open(part, constants.O_WRONLY | constants.O_CREAT);
  try {
    const range: Record<string, string> = position === 0 ? {} : { range: `bytes=${position}-` };
    const response = await fetch(url, { headers: { 'accept-encoding': 'identity', ...range }, signal: silence.signal });
    if (!response.ok || response.body === null) throw new Error(`it answered ${response.status} for ${url}`);
    const resumed = response.headers.get('content-range')?.startsWith(`bytes ${position}-`);
    if (response.status !== 206) position = 0;
    else if (!resumed) throw new Error('it sent another range than requested');
    for await (const chunk of chunksOf(response.body)) {
      timer.refresh();
      if (position + chunk.length > file.size) throw new Error(`it sent more than the file's ${file.size} bytes`);
      await output.write(chunk, 0, chunk.length, position);
      position += chunk.length;
    }
    if (position < file.size) throw new TransientError(`it stopped after ${position} of ${file.size} bytes`);
    await output.sync();
  } finally {
    clearTimeout(timer);
    await output.close();
  }
}

async function* chunksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new TransientError(`the connection broke (${explain(error)})`, { cause: error });
  }
}

/** The message of the cause, because fetch itself reports only "fetch failed". */
function explain(error: unknown): string {
  const cause = error instanceof Error && !(error instanceof TransientError) ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause) || String((cause as { code?: unknown }).code);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
