import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './durable-folder.js';
import type { FileSystem } from './file-system.js';
import { systemCode } from './fs-error.js';
import { openRegularFile } from './open-regular-file.js';
import { requireOwnFile, requireSafeFile, requireSafeFolder, unsafe } from './path-safety.js';

/**
 * The one way to change files inside a run: a test holds that no other module of core does. Each call refuses links,
 * extra hard links, pipes and devices, and links among the folders below `root` (default: the folder the path is in).
 * They are checked when a file is opened, so writing on costs nothing more.
 */

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = constants;
/** Absent on Windows, which has no such links for users without rights. */
const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const flagsOf = { a: O_WRONLY | O_APPEND | O_CREAT, ax: O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 'r+': O_RDWR } as const;

/**
 * Opens a file for changes: `a` appends to what may exist, `ax` insists on a new file, `r+` on one that exists.
 * @returns its descriptor, to be closed
 * @throws ForgeError PATH_UNSAFE; what the system refuses as it comes
 */
export function openForChange(path: string, flags: keyof typeof flagsOf, root = dirname(path)): number {
  if (flags === 'ax') requireSafeFolder(dirname(path), root);
  else requireSafeFile(path, root, 'change');
  const descriptor = openUnfollowed(path, flagsOf[flags] | careful);
  try {
    // Of the very file that was opened, whatever took its place meanwhile.
    requireOwnFile(path, fstatSync(descriptor), 'change');
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openUnfollowed(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o666);
  } catch (error) {
    if (systemCode(error) === 'ELOOP') throw unsafe(path, 'it is a link');
    if (systemCode(error) === 'ENXIO') throw unsafe(path, 'it is not a regular file');
    throw error;
  }
}

/** Creates a file that must not exist. @throws ForgeError PATH_UNSAFE; what the system refuses */
export async function createFile(path: string, root = dirname(path), mode = 0o666): Promise<FileHandle> {
  requireSafeFolder(dirname(path), root);
  return open(path, 'wx', mode);
}

const copyBytes = 1 << 20;

/** Copies a file to one that must not exist, and that is no more readable than its source. */
export async function copyToNewFile(from: string, to: string, root = dirname(to)): Promise<void> {
  const source = await openRegularFile(from, { link: 'refuse' });
  try {
    const { mode } = await source.stat();
    const target = await createFile(to, root, mode & 0o666);
    try {
      const piece = Buffer.allocUnsafe(copyBytes);
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, piece.length, null);
        if (bytesRead === 0) break;
        await target.appendFile(piece.subarray(0, bytesRead));
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Makes a folder and those above it that are missing, below `root`, durably. */
export async function makeSafeFolder(path: string, root: string): Promise<void> {
  requireSafeFolder(path, root);
  await makeFolder(path);
}

/** Renames a file, folder or link; a file in its way is replaced, anything else refused. */
export async function renameInside(from: string, to: string, root: string): Promise<void> {
  requireSafeFolder(dirname(from), root);
  requireSafeFolder(dirname(to), root);
  await rename(from, to);
}

/** Removes a file, a link (not what it leads to) or a folder with all that is in it; nothing to do where there is none. */
export async function removeInside(path: string, root = dirname(path)): Promise<void> {
  requireSafeFolder(dirname(path), root);
  await rm(path, { recursive: true, force: true });
}

/** A file layer whose every change stays inside `root`. */
export function guarded(files: FileSystem, root: string): FileSystem {
  const checked = <T>(path: string, work: () => Promise<T>): Promise<T> => {
    try {
      requireSafeFolder(dirname(path), root);
    } catch (error) {
      return Promise.reject(error);
    }
    return work();
  };
  return {
    create: (path) => checked(path, () => files.create(path)),
    mkdir: (path) => checked(path, () => files.mkdir(path)),
    rename: (from, to) => checked(from, () => checked(to, () => files.rename(from, to))),
    remove: (path) => checked(path, () => files.remove(path)),
    syncFolder: (path) => files.syncFolder(path),
  };
}

/** Makes one folder that must not exist. */
export async function makeNewFolder(path: string, root = dirname(path)): Promise<void> {
  requireSafeFolder(dirname(path), root);
  await mkdir(path);
}

/**
 * Puts a new text in the place of a file's without waiting for anything, for the very end of a process.
 * @param change makes the new text of the old; null leaves the file as it is
 * @throws ForgeError PATH_UNSAFE; what the system refuses
 */
export function replaceNow(path: string, change: (before: string) => string | null, root = dirname(path)): void {
  requireSafeFile(path, root, 'replace');
  const text = change(readFileSync(path, 'utf8'));
  if (text === null) return;
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(temporary, text, { flag: 'wx' });
  renameSync(temporary, path);
}
