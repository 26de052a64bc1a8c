import { readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { requireFew } from './run-folder.js';

export interface FoldersInside {
  /** The names of the folders, in the order of the system. */
  readonly names: readonly string[];
  /** The names of links to folders elsewhere. */
  readonly outside: readonly string[];
}

/**
 * The folders in a folder. Of links, only those that stay inside a root: a stranger's folder could show what is
 * anywhere on this machine. Synchronous, since it is called for folders with thousands of runs.
 * @param root a real path
 * @throws ForgeError FILE_SYSTEM
 */
export function foldersInside(folder: string, root: string): FoldersInside {
  const names: string[] = [];
  const outside: string[] = [];
  try {
    for (const entry of requireFew(readdirSync(folder, { withFileTypes: true }), folder)) {
      if (entry.isDirectory()) names.push(entry.name);
      else if (entry.isSymbolicLink()) (isInside(join(folder, entry.name), root) ? names : outside).push(entry.name);
    }
  } catch (error) {
    if (!isMissing(error)) throw fsError(error, folder, 'list');
  }
  return { names, outside };
}

/** Whether a path leads to something in a folder, whatever links it has. @param root a real path */
export function isInside(path: string, root: string): boolean {
  try {
    const real = realpathSync(path);
    return real.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    return false;
  }
}
