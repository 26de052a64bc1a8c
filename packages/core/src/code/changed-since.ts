import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '../files/checksum.js';
import type { StoredCode } from './stored-code.js';

/** Files that govern code rather than being it: they change for reasons that have nothing to do with a run. */
const governing = ['package.json', 'tsconfig.json'];

/** The stored files whose originals are still there but have other content now, by their paths in the run. */
export async function changedSince({ manifest: { root, files } }: StoredCode): Promise<string[]> {
  const changed: string[] = [];
  for (const { path, checksum } of files) {
    if (governing.includes(basename(path))) continue;
    const now = await readFile(join(root, path)).catch(() => undefined);
    if (now !== undefined && sha256(now) !== checksum) changed.push(path);
  }
  return changed;
}
