import { setTimeout as wait } from 'node:timers/promises';
import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { checksummerFor, checksumOf } from '../fs/checksum.js';
import { fsError, systemCode } from '../fs/fs-error.js';
import { DownloadLines, type Output } from './download-lines.js';
import type { DownloadRequest } from './download-request.js';
import { fetchRest } from './fetch-rest.js';
import { TransientError } from './http-get.js';
import { PartialFile, sizeOf } from './partial-file.js';

/** What tests change. */
export interface DownloadSettings {
  readonly output?: Output;
  /** Pauses between attempts without progress, ms. */
  readonly pauses?: readonly number[];
}

/** About a quarter of a minute: a server that restarts is back by then. */
const usualPauses = [500, 1000, 2000, 4000, 8000] as const;

/** A connection that breaks again and again makes progress each time, but not for ever. */
const mostAttempts = 100;

/** How often to look whether another process has finished, ms. */
const lookEvery = 200;

/** Downloads of this process. */
const running = new Map<string, Promise<string>>();

/** Two downloads of one file in a process are one. */
export function downloadFile(request: DownloadRequest, settings: DownloadSettings = {}): Promise<string> {
  const key = `${request.checksum} ${request.path}`;
  const known = running.get(key);
  if (known !== undefined) return known;
  const work = downloadOnce(request, settings).finally(() => running.delete(key));
  running.set(key, work);
  return work;
}

async function downloadOnce(request: DownloadRequest, settings: DownloadSettings): Promise<string> {
  const { path, name, folder } = request;
  const lines = new DownloadLines(name, settings.output ?? process.stderr);
  try {
    if (await isThere(request)) return path;
    if (isOffline()) throw offline(request, (await sizeOf(path)) !== undefined);
    const part = await takePart(request, lines);
    if (part === undefined) return path;
    try {
      // Another process may have downloaded it before this one took the partial file.
      if (await isThere(request)) return path;
      lines.start(request.size, request.urls[0]!.host);
      await fromAnyMirror(request, part, lines, settings.pauses ?? usualPauses);
      await part.complete();
      lines.end((await sizeOf(path)) ?? 0, folder);
      return path;
    } finally {
      await part.release();
    }
  } catch (error) {
    if (isForgeError(error)) throw error;
    throw fsError(error, path, 'download to');
  } finally {
    lines.clear();
  }
}

/** Whether the file is there, and the right one. @throws ForgeError DATA_INVALID for another file in a user's folder */
async function isThere({ path, name, checksum, isOwnFolder }: DownloadRequest): Promise<boolean> {
  if ((await sizeOf(path)) === undefined) return false;
  if ((await checksumOf(path, checksummerFor(checksum))) === checksum) return true;
  if (!isOwnFolder) return false;
  throw new ForgeError('DATA_INVALID', `${path} is another file than the one to download: its checksum differs.`, {
    about: path,
    hint: `Move it away, or give another \`folder\` or \`file\` for ${name}.`,
  });
}

/** Waits while another process downloads the file; undefined once it has. */
async function takePart(request: DownloadRequest, lines: DownloadLines): Promise<PartialFile | undefined> {
  let shown = false;
  for (;;) {
    const part = await PartialFile.take(request.path);
    if (part instanceof PartialFile) return part;
    if (!shown) lines.say(`Waiting for another process (pid ${part.pid}), which downloads ${request.name}`);
    shown = true;
    await wait(lookEvery);
    if ((await sizeOf(request.path)) !== undefined && (await isThere(request))) return undefined;
  }
}

async function fromAnyMirror(
  request: DownloadRequest,
  part: PartialFile,
  lines: DownloadLines,
  pauses: readonly number[],
): Promise<void> {
  const mirrors = new Set(request.urls);
  let failure: unknown;
  let waited = 0;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const before = await part.size();
    for (const url of mirrors) {
      try {
        await fromMirror(url, request, part, lines);
        return;
      } catch (error) {
        // A full disk is as full at the next attempt.
        if (isForgeError(error) || isDiskError(error)) throw error;
        failure = new Error(`${url.host}: ${messageOf(error)}`, { cause: error });
        if (!(error instanceof TransientError)) mirrors.delete(url);
        lines.say(messageOf(failure));
      }
    }
    if (mirrors.size === 0) break;
    if ((await part.size()) > before) waited = 0;
    const pause = pauses[waited++];
    if (pause === undefined) break;
    await wait(pause);
  }
  throw unavailable(request, failure);
}

async function fromMirror(url: URL, request: DownloadRequest, part: PartialFile, lines: DownloadLines): Promise<void> {
  const { size, checksum } = request;
  if ((await part.size()) > (size ?? Number.POSITIVE_INFINITY)) await part.remove();
  const before = await part.size();
  await fetchRest(url, part, { size, progress: (bytes, total) => lines.progress(bytes, total) });
  if ((await checksumOf(part.path, checksummerFor(checksum))) === checksum) return;
  await part.remove();
  if (before > 0) throw new TransientError('what an earlier download had left was corrupt');
  throw new Error('the file has another checksum than the one given');
}

/** An error of writing to the disk, not of the network. */
function isDiskError(error: unknown): boolean {
  return (
    ['write', 'open', 'fsync', 'ftruncate'].includes(String((error as NodeJS.ErrnoException).syscall)) &&
    systemCode(error) !== undefined
  );
}

function unavailable({ name, urls, path }: DownloadRequest, failure: unknown): ForgeError {
  const text = `Cannot download ${name} from ${urls[0]!.origin}${urls[0]!.pathname}: ${messageOf(failure)}.`;
  return new ForgeError('DATA_UNAVAILABLE', text, {
    about: name,
    hint: `Try again to continue the download, or put the file at ${path}.`,
    cause: failure,
  });
}

function isOffline(): boolean {
  return !['', '0', 'false'].includes(process.env.FORGE_OFFLINE ?? '');
}

function offline({ name, urls, path, checksum }: DownloadRequest, isCorrupt: boolean): ForgeError {
  const problem = isCorrupt ? 'has another checksum' : 'does not exist';
  return new ForgeError('DATA_UNAVAILABLE', `${path} ${problem}, and FORGE_OFFLINE forbids to download it.`, {
    about: name,
    hint: `Put ${urls[0]!.origin}${urls[0]!.pathname} there (${checksum}), or unset FORGE_OFFLINE.`,
  });
}
