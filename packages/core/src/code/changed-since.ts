import { basename, join } from 'node:path';
import { isForgeError } from '../errors/forge-error.js';
import { checksummerFor, checksumOf } from '../fs/checksum.js';
import type { StoredCode } from './stored-code.js';

/** Files that govern code rather than being it: they change for reasons that have nothing to do with a run. */
const governing = ['package.json', 'tsconfig.json'];

/** The stored files whose originals are still there but have other content now, by their paths in the run. */
export async function changedSince({ manifest: { root, files } }: StoredCode): Promise<string[]> {
  const changed: string[] = [];
  for (const { path, checksum } of files) {
    if (governing.includes(basename(path))) continue;
    const now = await checksumOf(join(root, path), checksummerFor(checksum)).catch((error: unknown) => {
      // Gone by now, or nothing to read: the run says where it was, and could say anything.
      if (isForgeError(error)) return undefined;
      throw error;
    });
    if (now !== undefined && now !== checksum) changed.push(path);
  }
  return changed;
}
