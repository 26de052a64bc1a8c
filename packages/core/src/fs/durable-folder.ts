import type { Stats } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isMissing, systemCode } from './fs-error.js';

/** Errors of file systems that cannot sync folders: many network mounts, FUSE. */
const cannotSyncFolders = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Makes the names in a folder durable: without it a file that was fsynced and renamed may still be lost in a power
 * cut. Does nothing on Windows, which cannot open folders, and on file systems that cannot sync them.
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
 * Creates a folder and its missing parents, durably. One by one, because Node's recursive mkdir never returns where
 * the system reports ENOENT for a folder whose parent exists, as in /proc.
 * @returns the folders that were missing, the outermost first
 */
export async function makeFolder(path: string): Promise<readonly string[]> {
  if (await isFolder(path)) return [];
  const missing = [resolve(path)];
  // Up to the first path that exists, even a file: mkdir then reports ENOTDIR.
  for (let folder = dirname(missing[0]!); !(await exists(folder)); folder = dirname(folder)) {
    if (dirname(folder) === folder) break;
    missing.push(folder);
  }
  const created: string[] = [];
  for (const folder of missing.reverse()) {
    try {
      await mkdir(folder);
      created.push(folder);
    } catch (error) {
      // Another process may have created it meanwhile.
      if (systemCode(error) !== 'EEXIST' || !(await isFolder(folder))) throw error;
    }
    await fsyncDirectory(dirname(folder));
  }
  return created;
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

/** Undefined if the path is missing. @throws other system errors */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
