import { join } from 'node:path';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { namesInFolder } from '../../fs/list-folder.js';
import { removeInside } from '../../fs/safe-files.js';
import { rewriteLines } from '../log/rewrite-lines.js';
import { parseMediaLine } from './media-line.js';

/**
 * Removes the media of later steps, before a resume.
 * @throws ForgeError RUN_INVALID naming the invalid line, FILE_SYSTEM, PATH_UNSAFE
 */
export async function discardMediaAfter(run: string, step: number): Promise<void> {
  const path = join(run, 'media.jsonl');
  // The lines first: a line must not name a file that is gone.
  await rewriteLines(path, (line, number) => parseMediaLine(line, path, `Line ${number}`).step <= step);
  const folder = join(run, 'media');
  for (const name of await stepFolders(folder)) {
    if (Number(name) > step) await removeInside(join(folder, name), run);
  }
}

async function stepFolders(folder: string): Promise<string[]> {
  try {
    return (await namesInFolder(folder)).filter((name) => /^\d+$/.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, folder, 'list');
  }
}
