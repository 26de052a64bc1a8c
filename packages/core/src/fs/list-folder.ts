import { type Dirent, readdirSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { fsError, isMissing } from './fs-error.js';

/** No folder of a run has as many names: a larger one would fill the memory, or take hours to read. */
const mostNames = 100_000;

/** No source file is nested as deep; deeper folders could exceed the system's longest path. */
const mostLevels = 64;

/**
 * The names in a folder of a run, unsorted.
 * @param most the maximum number of names
 * @throws ForgeError RUN_INVALID if there are more; system errors unchanged
 */
export async function namesInFolder(folder: string, most = mostNames): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder, { bufferSize: 256 })) {
    if (names.push(name) > most) throw tooMany(folder, most);
  }
  return names;
}

/** The same, synchronously. */
export function namesInFolderSync(folder: string): string[] {
  const names = readdirSync(folder);
  if (names.length > mostNames) throw tooMany(folder, mostNames);
  return names;
}

/**
 * Everything below a folder except folders, by relative path; links are not followed. Empty if the folder is missing.
 * @throws ForgeError RUN_INVALID if there are too many files or levels; FILE_SYSTEM
 */
export async function filesBelowFolder(folder: string): Promise<ReadonlyMap<string, Dirent>> {
  const files = new Map<string, Dirent>();
  const waiting = [{ path: folder, level: 0 }];
  let names = 0;
  try {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.level > mostLevels) throw tooDeep(next.path);
      for await (const entry of await opendir(next.path, { bufferSize: 256 })) {
        if (++names > mostNames) throw tooMany(folder, mostNames);
        const path = join(next.path, entry.name);
        if (entry.isDirectory()) waiting.push({ path, level: next.level + 1 });
        else files.set(relative(folder, path), entry);
      }
    }
    return files;
  } catch (error) {
    if (isMissing(error)) return files;
    throw fsError(error, folder, 'list');
  }
}

function tooMany(folder: string, most: number): ForgeError {
  return new ForgeError('RUN_INVALID', `${folder} holds more than ${most} names, so Forge does not list it.`, {
    about: folder,
    hint: 'Move away the files that Forge did not write.',
  });
}

function tooDeep(folder: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${folder} is nested deeper than ${mostLevels} folders.`, {
    about: folder,
    hint: 'Move away the files that Forge did not write.',
  });
}
