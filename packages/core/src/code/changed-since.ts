import { basename, join } from 'node:path';
import { isForgeError } from '../errors/forge-error.js';
import { checksummerFor, checksumOf } from '../fs/checksum.js';
import type { StoredCode } from './stored-code.js';

/** Files that configure code: they change for reasons unrelated to a run. */
const governing = ['package.json', 'tsconfig.json'];

/** The stored files whose originals still exist with other content, by their paths in the run. */
export async function changedSince({ manifest: { root, files } }: StoredCode): Promise<string[]> {
  const changed: string[] = [];
  for (const { path, checksum } of files) {
    if (governing.includes(basename(path))) continue;
    const now = await checksumOf(join(root, path), checksummerFor(checksum)).catch((error: unknown) => {
      // The original is missing or unreadable: its path comes from the run and is not trusted.
      if (isForgeError(error)) return undefined;
      throw error;
    });
    if (now !== undefined && now !== checksum) changed.push(path);
  }
  return changed;
}
