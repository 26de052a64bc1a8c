import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from './file-error.js';

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

/** Makes a folder and those above it that are missing, durably: a power cut leaves it where its files are. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = resolve(path); ; made = dirname(made)) {
    await fsyncDirectory(dirname(made));
    if (made === resolve(first)) return;
  }
}
