import { type Dirent, readdirSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ForgeError } from '../errors/forge-error.js';
import { fsError, isMissing } from './fs-error.js';

/** No folder of a run has as many names: one that does would fill the memory, or take hours to look through. */
const mostNames = 100_000;

/** Source files are never as deep; folders could else be nested until a path is too long for the system. */
const mostLevels = 64;

/**
 * The names in a folder of a run, in no order.
 * @param most more are refused
 * @throws ForgeError RUN_INVALID where there are more; what the system refuses as it comes
 */
export async function namesInFolder(folder: string, most = mostNames): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder, { bufferSize: 256 })) {
    if (names.push(name) > most) throw tooMany(folder, most);
  }
  return names;
}

/** The same at once, for what may not wait. */
export function namesInFolderSync(folder: string): string[] {
  const names = readdirSync(folder);
  if (names.length > mostNames) throw tooMany(folder, mostNames);
  return names;
}

/**
 * What is below a folder but for folders, by its path relative to it; links are not followed. None where it is missing.
 * @throws ForgeError RUN_INVALID where there are too many files or levels; FILE_SYSTEM
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
  return new ForgeError('RUN_INVALID', `${folder} holds more than ${most} names, so it is not looked through.`, {
    about: folder,
    hint: 'Move away what Forge did not write.',
  });
}

function tooDeep(folder: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${folder} is nested deeper than ${mostLevels} folders.`, {
    about: folder,
    hint: 'Move away what Forge did not write.',
  });
}
