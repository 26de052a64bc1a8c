import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';

/** How often a live run writes `run.json`, ms: other hosts see by it that the run is alive. */
export const heartbeatInterval = 10_000;

/** How long to watch a process on another host before it counts as dead, ms: more than one heartbeat. */
export const watchTime = 12_000;

/** More than the clocks of two hosts differ, ms: a heartbeat older than this needs no watching. */
export const maxClockDifference = 24 * 3_600_000;

/**
 * A heartbeat of a run. If two differ, a process was alive in between, whatever the clocks. Null if there is no
 * `run.json`.
 */
export type Heartbeat = string | null;

const beatFile = 'run.json';

/** Reads the current heartbeat. @param file the file that a live process writes */
export async function readHeartbeat(folder: string, file = beatFile): Promise<Heartbeat> {
  return (await readBeat(folder, file)).beat;
}

/**
 * Watches a run of another host. Only its own heartbeats are compared with each other, since the clocks of two hosts
 * differ.
 * @returns the unchanged heartbeat; undefined as soon as it changes: the run is alive
 */
export async function watchHeartbeat(
  folder: string,
  watchMs = watchTime,
  file = beatFile,
): Promise<Heartbeat | undefined> {
  const first = await readBeat(folder, file);
  if (first.beat === null || first.age > maxClockDifference) return first.beat;
  const end = performance.now() + watchMs;
  for (;;) {
    const remaining = end - performance.now();
    if (remaining <= 0) return first.beat;
    await delay(Math.min(remaining, watchMs / 12));
    if ((await readHeartbeat(folder, file)) !== first.beat) return undefined;
  }
}

/** Opens the file, not only its status: a network file system then asks the server instead of its cache. */
async function readBeat(folder: string, name: string): Promise<{ beat: Heartbeat; age: number }> {
  const path = join(folder, name);
  let file: FileHandle | undefined;
  try {
    file = await openRegularFile(path);
    const { ino, size, mtimeNs, ctimeNs, mtimeMs } = await file.stat({ bigint: true });
    return { beat: [ino, size, mtimeNs, ctimeNs].join('/'), age: Date.now() - Number(mtimeMs) };
  } catch (error) {
    if (isMissing(error)) return { beat: null, age: Infinity };
    throw fsError(error, path, 'read');
  } finally {
    await file?.close();
  }
}
