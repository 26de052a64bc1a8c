import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersInside } from '@forge-ml/core/runs';

export interface SweepFolder {
  readonly name: string;
  readonly path: string;
  /** When it was started, milliseconds since the Unix epoch. */
  readonly started: number;
}

/** The sweeps of a results folder, but none behind a link that leads out of it. @throws ForgeError FILE_SYSTEM */
export async function sweepFolders(results: string): Promise<SweepFolder[]> {
  const root = await realpath(results).catch(() => results);
  const names = foldersInside(results, root).names.filter((name) => !name.startsWith('.'));
  const found: SweepFolder[] = [];
  for (const name of names) {
    const path = join(results, name);
    const file = await lstat(join(path, 'sweep.json')).catch(() => undefined);
    if (file?.isFile()) found.push({ name, path, started: file.mtimeMs });
  }
  return found;
}
