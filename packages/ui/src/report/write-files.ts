import { writeFile } from 'node:fs/promises';
import { requireOutput, writeOutput } from '@forge-ml/core/manage';

export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
}

/** Writes files, each completely or not at all, after all their names were checked. @throws ForgeError USAGE, FILE_SYSTEM */
export async function writeFiles(files: readonly WrittenFile[], force: boolean): Promise<void> {
  for (const { path } of files) await requireOutput(path, force);
  for (const { path, content } of files) {
    await writeOutput(path, (temporary) => writeFile(temporary, content, { flag: 'wx' }));
  }
}
