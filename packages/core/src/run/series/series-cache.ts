import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../fs/atomic-file.js';
import { cacheFolder } from '../../fs/cache-folder.js';
import { encodeSeries, SeriesFile, type StoredSeries } from './series-file.js';

/** Reading a smaller file takes no longer than reading a cache of it. */
export const smallestCached = 64 * 1024;
/** All caches together; the oldest are removed. */
const mostBytes = 2 * 1024 ** 3;
/** How much is written before the size of the folder is looked at again. */
const checkEvery = mostBytes / 32;

const blockBytes = 1024 * 1024;

let writtenSinceCheck = Number.POSITIVE_INFINITY;

/**
 * The path of the cache of a `metrics.jsonl`, by its real path and inode. It is in the user's cache folder, since read-only
 * commands never modify a results folder, and may be deleted at any time. Undefined if the file is missing.
 */
export function seriesCachePath(metrics: string): string | undefined {
  try {
    const real = realpathSync.native(metrics);
    const key = createHash('sha256')
      .update(`${real}\0${statSync(real).ino}`)
      .digest('hex')
      .slice(0, 32);
    return join(cacheFolder(), 'series', key);
  } catch {
    return undefined;
  }
}

/** Undefined if there is no valid cache. */
export function readSeriesCache(path: string): SeriesFile | undefined {
  try {
    return SeriesFile.open(path);
  } catch {
    return undefined;
  }
}

/** Writes a cache. @returns whether it could: a cache folder may be read-only or full */
export async function saveSeriesCache(path: string, series: StoredSeries): Promise<boolean> {
  const folder = dirname(path);
  const pieces = encodeSeries(series);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Not fsynced: after a power failure a damaged cache is ignored.
    const write = async (handle: FileHandle) => {
      for (const block of inBlocks(pieces)) await handle.appendFile(block);
    };
    await writeAtomically(path, write, { mode: 0o600, durable: false });
    writtenSinceCheck += pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (writtenSinceCheck > checkEvery) {
      writtenSinceCheck = 0;
      removeOldest(folder, mostBytes);
    }
    return true;
  } catch {
    return false;
  }
}

/** Joins small pieces: a file may have thousands. */
function* inBlocks(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let block: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    block.push(piece);
    bytes += piece.length;
    if (bytes < blockBytes) continue;
    yield Buffer.concat(block);
    [block, bytes] = [[], 0];
  }
  yield Buffer.concat(block);
}

/** Removes the oldest files of a folder while they have more bytes than these. */
export function removeOldest(folder: string, most: number): void {
  const files = readdirSync(folder).flatMap((name) => {
    const status = statSync(join(folder, name), { throwIfNoEntry: false });
    return status === undefined ? [] : [{ name, size: status.size, written: status.mtimeMs }];
  });
  let total = 0;
  for (const { name, size } of files.sort((a, b) => b.written - a.written)) {
    total += size;
    if (total > most) rmSync(join(folder, name), { force: true });
  }
}
