import { toPortable } from '../code/code-manifest.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { filesBelowFolder, namesInFolder } from '../fs/list-folder.js';
import { pidExists } from '../fs/pid-exists.js';
import { type Problem, unneeded } from './problem.js';

/** `.<name>.writing-<pid>-<random>`: a file on its way, see `writeFileAtomic`. */
const temporary = /^\..+\.writing-(\d{1,10})(?:-[0-9a-f]{8})?$/;

/** The process that a temporary name belongs to; undefined for other names. */
export function writerOf(name: string): number | undefined {
  const pid = temporary.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** A temporary file that nobody is writing any more; undefined where its process still runs, or it is none. */
export function leftoverAt(path: string, name: string): Problem | undefined {
  const pid = writerOf(name);
  if (pid === undefined || pidExists(pid)) return undefined;
  return unneeded('leftover', path, `was being written by process ${pid}, which is gone`);
}

/** Names in a folder; none where it is not there. @throws ForgeError FILE_SYSTEM */
export async function namesOrNone(folder: string): Promise<readonly string[]> {
  try {
    return (await namesInFolder(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, folder, 'list');
  }
}

/** The files below a folder, relative to it; none where it is not there. @throws ForgeError FILE_SYSTEM */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  return Array.from((await filesBelowFolder(folder)).keys(), toPortable).sort();
}
