import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './durable-folder.js';
import type { FileSystem } from './file-system.js';
import { systemCode } from './fs-error.js';
import { openRegularFile } from './open-regular-file.js';
import { requireOwnFile, requireSafeFile, requireSafeFolder, unsafe } from './path-safety.js';

/**
 * The only module of core that changes files inside a run (a test checks this). Each call refuses links, extra hard
 * links, pipes and devices, and links among the folders below `root` (default: the folder the path is in). The check
 * is done when a file is opened, so later writes cost nothing more.
 */

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_WRONLY } = constants;
/** Not on Windows, where creating symbolic links needs special rights. */
const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const flagsOf = { a: O_WRONLY | O_APPEND | O_CREAT, ax: O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 'r+': O_RDWR } as const;

/**
 * Opens a file for changes: `a` appends and creates it if missing, `ax` requires a new file, `r+` an existing one.
 * @returns its descriptor, which the caller closes
 * @throws ForgeError PATH_UNSAFE; system errors unchanged
 */
export function openForChange(path: string, flags: keyof typeof flagsOf, root = dirname(path)): number {
  if (flags === 'ax') requireSafeFolder(dirname(path), root);
  else requireSafeFile(path, root, 'change');
  const descriptor = openUnfollowed(path, flagsOf[flags] | careful);
  try {
    // Checks the file that was opened, which may have replaced the one checked above.
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

/** Creates a file that must not exist. @throws ForgeError PATH_UNSAFE; system errors unchanged */
export async function createFile(path: string, root = dirname(path), mode = 0o666): Promise<FileHandle> {
  requireSafeFolder(dirname(path), root);
  return open(path, 'wx', mode);
}

const copyBytes = 1 << 20;

/** Copies a file to a new one, which gets at most the permissions of its source. */
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

/** Creates a folder below `root` and its missing parents, durably. */
export async function makeSafeFolder(path: string, root: string): Promise<void> {
  requireSafeFolder(path, root);
  await makeFolder(path);
}

/** Renames a file, folder or link. Replaces an existing file; refuses anything else. */
export async function renameInside(from: string, to: string, root: string): Promise<void> {
  requireSafeFolder(dirname(from), root);
  requireSafeFolder(dirname(to), root);
  await rename(from, to);
}

/** Removes a file, a link (not its target) or a folder with its contents. Does nothing if the path is missing. */
export async function removeInside(path: string, root = dirname(path)): Promise<void> {
  requireSafeFolder(dirname(path), root);
  await rm(path, { recursive: true, force: true });
}

/** A file system that refuses changes outside `root`. */
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

/** Creates one folder that must not exist. */
export async function makeNewFolder(path: string, root = dirname(path)): Promise<void> {
  requireSafeFolder(dirname(path), root);
  await mkdir(path);
}

/**
 * Replaces a file's text synchronously, for the end of a process.
 * @param change returns the new text for the old; null keeps the file
 * @throws ForgeError PATH_UNSAFE; system errors unchanged
 */
export function replaceNow(path: string, change: (before: string) => string | null, root = dirname(path)): void {
  requireSafeFile(path, root, 'replace');
  const text = change(readFileSync(path, 'utf8'));
  if (text === null) return;
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(temporary, text, { flag: 'wx' });
  renameSync(temporary, path);
}

/**
 * Writes a file synchronously, and creates its missing parents below `root`. Replaces an existing file in one step.
 * @throws ForgeError PATH_UNSAFE; system errors unchanged
 */
export function writeNow(path: string, bytes: Uint8Array, root: string): void {
  requireSafeFile(path, root, 'replace');
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(temporary, bytes, { flag: 'wx' });
  renameSync(temporary, path);
}
