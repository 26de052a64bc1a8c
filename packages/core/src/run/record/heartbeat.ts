import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';

/** How often `run.json` is written while nothing else happens, ms: what tells a live run from a dead one elsewhere. */
export const heartbeatInterval = 10_000;

/** How long to watch a process that cannot be asked before it counts as dead, ms: more than one heartbeat. */
export const watchTime = 12_000;

/** No two clocks that anybody sets differ by more, ms: what has not changed for so long needs no watching. */
export const beyondClocks = 24 * 3_600_000;

/**
 * One heartbeat of a run: two that differ say that a process worked on it in between, whatever any clock says. Null
 * where there is no `run.json`.
 */
export type Heartbeat = string | null;

/** Opened each time, not only looked at: a network file system answers that from the server, not from its cache. */
export async function readHeartbeat(folder: string): Promise<Heartbeat> {
  return (await lookAt(folder)).beat;
}

/**
 * Watches a run whose process cannot be asked. Only its own heartbeats are compared with each other, since the clocks
 * of two hosts differ.
 * @returns the heartbeat that did not change; undefined as soon as it does: the run is alive
 */
export async function watchHeartbeat(folder: string, watchMs = watchTime): Promise<Heartbeat | undefined> {
  const first = await lookAt(folder);
  if (first.beat === null || first.age > beyondClocks) return first.beat;
  const end = performance.now() + watchMs;
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) return first.beat;
    await delay(Math.min(left, watchMs / 12));
    if ((await readHeartbeat(folder)) !== first.beat) return undefined;
  }
}

async function lookAt(folder: string): Promise<{ beat: Heartbeat; age: number }> {
  const path = join(folder, 'run.json');
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
