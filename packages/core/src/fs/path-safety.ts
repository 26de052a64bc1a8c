import { lstatSync, type Stats } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { fsError, isMissing } from './fs-error.js';

/**
 * A run folder may be untrusted, and a link in it may point anywhere: writing, renaming or removing through it would
 * change files outside the run. The path to the run folder itself may contain links.
 */
export function unsafe(path: string, reason: string): ForgeError {
  return new ForgeError('PATH_UNSAFE', `Refused to write ${path}: ${reason}.`, {
    about: path,
    hint: 'Replace it with a file or folder of the run, or copy the run with `cp -rL`.',
  });
}

/**
 * Requires that every folder below `root`, down to and including this one, is a real folder or missing.
 * @throws ForgeError PATH_UNSAFE naming the link or file; FILE_SYSTEM
 */
export function requireSafeFolder(folder: string, root: string): void {
  const inside = relative(resolve(root), resolve(folder));
  if (inside === '') return;
  let path = resolve(root);
  for (const part of inside.split(sep)) {
    if (part === '..') throw unsafe(folder, `it is outside ${root}`);
    path = `${path}${sep}${part}`;
    const status = statusOf(path);
    if (status === undefined) return;
    if (status.isSymbolicLink()) throw unsafe(path, 'it is a link');
    if (!status.isDirectory()) throw unsafe(path, 'it is not a folder');
  }
}

/**
 * Requires that a path below `root` is missing, or a regular file that is not reached through a link.
 * @param use `replace`: a new file gets its name, so other hard links keep the old content; `change`: its bytes change
 * @throws ForgeError PATH_UNSAFE, FILE_SYSTEM
 */
export function requireSafeFile(path: string, root: string, use: 'replace' | 'change'): void {
  requireSafeFolder(dirname(path), root);
  const status = statusOf(path);
  if (status !== undefined) requireOwnFile(path, status, use);
}

/** @throws ForgeError PATH_UNSAFE */
export function requireOwnFile(path: string, status: Stats, use: 'replace' | 'change'): void {
  if (status.isSymbolicLink()) throw unsafe(path, 'it is a link');
  // For a folder the system reports its own error.
  if (!status.isFile() && !status.isDirectory()) throw unsafe(path, 'it is not a regular file');
  if (use === 'change' && status.isFile() && status.nlink > 1) throw unsafe(path, 'it has another hard link');
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fsError(error, path, 'write');
  }
}
