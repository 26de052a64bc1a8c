import { toPortable } from '../code/code-manifest.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { filesBelowFolder, namesInFolder } from '../fs/list-folder.js';
import { pidExists } from '../fs/pid-exists.js';
import { harmless, type Problem } from './problem.js';

/** `.<name>.writing-<pid>-<random>`: a temporary file, see `writeFileAtomic`. */
const temporary = /^\..+\.writing-(\d{1,10})(?:-[0-9a-f]{8})?$/;

/** The PID in a temporary name; undefined for other names. */
export function writerOf(name: string): number | undefined {
  const pid = temporary.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** The problem of a temporary file whose process has ended; undefined for other files. */
export function leftoverAt(path: string, name: string): Problem | undefined {
  const pid = writerOf(name);
  if (pid === undefined || pidExists(pid)) return undefined;
  return harmless('leftover', path, `was being written by process ${pid}, which has ended`);
}

/** Names in a folder, sorted; empty if it does not exist. @throws ForgeError FILE_SYSTEM */
export async function namesOrNone(folder: string): Promise<readonly string[]> {
  try {
    return (await namesInFolder(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, folder, 'list');
  }
}

/** Paths of all files below a folder, relative to it; empty if it does not exist. @throws ForgeError FILE_SYSTEM */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  return Array.from((await filesBelowFolder(folder)).keys(), toPortable).sort();
}
