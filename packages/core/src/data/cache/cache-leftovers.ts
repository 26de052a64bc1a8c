import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pidExists } from '../../fs/pid-exists.js';
import { removeInside } from '../../fs/safe-files.js';

/** A writer of another host, whose pid is unknown here, changes its file more often than this. */
const oldMs = 3_600_000;

/** Removes what killed processes left when they wrote this file: it may be as large as the cache. */
export async function removeLeftovers(path: string): Promise<void> {
  const start = `.${basename(path)}.writing-`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(start) ? /^(\d+)-[0-9a-f]{8}$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid === undefined || pidExists(Number(pid))) continue;
    const leftover = join(dirname(path), name);
    const status = await stat(leftover).catch(() => undefined);
    if (status === undefined || Date.now() - status.mtimeMs < oldMs) continue;
    await removeInside(leftover).catch(() => undefined);
  }
}
