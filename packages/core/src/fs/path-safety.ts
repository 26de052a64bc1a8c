import { lstatSync, type Stats } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { fsError, isMissing } from './fs-error.js';

/**
 * A run folder may come from a stranger, and a link in it may lead anywhere: what is written, renamed or removed
 * through it would change files outside the run. The run folder itself may be reached by links.
 */
export function unsafe(path: string, reason: string): ForgeError {
  return new ForgeError('PATH_UNSAFE', `Refused to write ${path}: ${reason}.`, {
    about: path,
    hint: 'Move it away and put a file or folder of the run in its place, or copy the run with `cp -rL`.',
  });
}

/**
 * Every folder below `root`, down to and including this one, is a folder of its own; one that is missing may be made.
 * @throws ForgeError PATH_UNSAFE naming the link or file in the way; FILE_SYSTEM
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
 * A file below `root` that is missing, or a regular file no link leads to.
 * @param use `replace`: a new file takes its name, so other hard links keep the old content; `change`: its bytes change
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
  // Of a folder the system says so by itself.
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
