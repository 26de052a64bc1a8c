import type { FileSystem } from './file-system.js';
import { isMissing } from './fs-error.js';

/** Renames a file or folder. @returns whether there was one */
export async function renameIfThere(from: string, to: string, files: FileSystem): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
