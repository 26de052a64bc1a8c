import type { Stats } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMissing, systemCode } from './fs-error.js';

/** What a file system says that keeps names by itself, or not at all: many network mounts, FUSE. */
const cannotSyncFolders = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Makes the names in a folder durable: without it a file that was fsynced and renamed may still be gone after a
 * power cut. Windows cannot open folders, and needs no such call; nor does a file system that cannot sync them.
 */
export async function fsyncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!cannotSyncFolders.includes(systemCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and those above it that are missing, durably: a power cut leaves it where its files are. One by one:
 * the recursive mkdir of Node never ends where the system says of a folder in an existing one that it does not exist,
 * as in /proc.
 * @returns the folders that were missing, the outermost first
 */
export async function makeFolder(path: string): Promise<readonly string[]> {
  if (await isFolder(path)) return [];
  const missing = [resolve(path)];
  // Up to what is there, be it a file: of a folder in a file mkdir says what is wrong.
  for (let folder = dirname(missing[0]!); !(await exists(folder)); folder = dirname(folder)) {
    if (dirname(folder) === folder) break;
    missing.push(folder);
  }
  const made: string[] = [];
  for (const folder of missing.reverse()) {
    try {
      await mkdir(folder);
      made.push(folder);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (systemCode(error) !== 'EEXIST' || !(await isFolder(folder))) throw error;
    }
    await fsyncDirectory(dirname(folder));
  }
  return made;
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

/** Undefined where nothing is there. @throws what else the system refuses */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
