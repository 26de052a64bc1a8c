import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Far more than any run has; counting more would take minutes. */
const mostFiles = 1_000_000;

/**
 * The bytes of all files below a folder; links are not followed. Null if there are too many files, or a folder cannot be
 * read.
 */
export async function folderBytes(folder: string): Promise<number | null> {
  let bytes = 0;
  let files = 0;
  const waiting = [folder];
  try {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for await (const entry of await opendir(next, { bufferSize: 256 })) {
        if (++files > mostFiles) return null;
        const path = join(next, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else bytes += (await lstat(path)).size;
      }
    }
    return bytes;
  } catch {
    return null;
  }
}
