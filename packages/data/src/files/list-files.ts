import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { fsError } from '@forge-ml/core/node';
import { ForgeError } from '@forge-ml/core/plugin';

/** Folders nested deeper are refused: the system's longest path would be near. */
const mostLevels = 64;
/** More files would fill the memory with their names. */
const mostFiles = 10_000_000;

export interface ListedFiles {
  readonly folder: string;
  /** Relative paths with slashes, in the order of their UTF-16 codes: the same on every machine. */
  readonly files: readonly string[];
  /** How many files of other types there are, by extension. */
  readonly others: ReadonlyMap<string, number>;
}

/**
 * The files below a folder whose names end in one of the extensions, in lower or upper case; or one file, whatever its
 * name. Hidden files and folders are not listed. A link is followed to a file in the folder only: what a data set reads is in its folder.
 * @param extensions with their dots, in lower case
 * @throws ForgeError PATH_UNSAFE naming a link that leads out or to a folder; DATA_INVALID; FILE_SYSTEM
 */
export async function listFiles(folder: string, extensions: readonly string[]): Promise<ListedFiles> {
  if (await isFile(folder)) return { folder: dirname(folder), files: [basename(folder)], others: new Map() };
  const files: string[] = [];
  const others = new Map<string, number>();
  const waiting = [{ inside: '', level: 0 }];
  try {
    const root = await realpath(folder);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.level > mostLevels) throw refused(folder, `is nested deeper than ${mostLevels} folders`);
      for await (const entry of await opendir(join(folder, next.inside), { bufferSize: 256 })) {
        if (entry.name.startsWith('.')) continue;
        const inside = next.inside === '' ? entry.name : `${next.inside}/${entry.name}`;
        if (entry.isDirectory()) waiting.push({ inside, level: next.level + 1 });
        else if (!extensions.includes(extname(entry.name).toLowerCase())) count(others, extname(entry.name));
        else if (files.push(inside) > mostFiles) throw refused(folder, `holds more than ${mostFiles} files`);
        if (entry.isSymbolicLink()) await checkLink(folder, root, inside);
      }
    }
  } catch (error) {
    throw fsError(error, folder, 'list');
  }
  return { folder, files: files.sort((a, b) => (a < b ? -1 : 1)), others };
}

/** `.gif (3), .txt (1)`, the most frequent first. */
export function describeOthers(others: ReadonlyMap<string, number>): string {
  const sorted = [...others].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const shown = sorted.slice(0, 5).map(([extension, number]) => `${extension} (${number})`);
  return sorted.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}

async function isFile(path: string): Promise<boolean> {
  const status = await stat(path).catch((error: unknown) => {
    throw fsError(error, path, 'read');
  });
  return !status.isDirectory();
}

async function checkLink(folder: string, root: string, inside: string): Promise<void> {
  const path = join(folder, inside);
  const target = await realpath(path);
  if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) throw unsafe(path, 'leads out of the folder');
  if ((await stat(path)).isDirectory()) throw unsafe(path, 'leads to a folder');
}

function count(others: Map<string, number>, extension: string): void {
  const name = extension === '' ? 'no extension' : extension.toLowerCase();
  others.set(name, (others.get(name) ?? 0) + 1);
}

function refused(folder: string, how: string): ForgeError {
  return new ForgeError('DATA_INVALID', `${folder} ${how}.`, { about: folder, hint: 'Name a folder of data only.' });
}

function unsafe(path: string, how: string): ForgeError {
  return new ForgeError('PATH_UNSAFE', `The link ${path} ${how}.`, {
    about: path,
    hint: 'Copy the files into the folder (cp -rL), or name the folder that holds them.',
  });
}
