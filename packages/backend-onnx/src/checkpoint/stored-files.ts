import { readdir, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';

/** A file of the code that a run stores. */
export interface StoredFile {
  /** Absolute, or relative to where the run's folder is. */
  readonly path: string;
  readonly checksum: string;
}

interface StoredCode {
  readonly files?: readonly StoredFile[];
}

/** The files of the code that a run stores, the newest code first. */
export async function storedFiles(runFolder: string): Promise<StoredFile[]> {
  const names = await readdir(runFolder).catch(() => []);
  const codes = names.filter((name) => /^code(\.\d+)?\.json$/.test(name)).sort((a, b) => numberOf(b) - numberOf(a));
  const found: StoredFile[] = [];
  for (const name of codes) {
    const { files = [] } = JSON.parse(await readFile(join(runFolder, name), 'utf8')) as StoredCode;
    const folder = join(runFolder, basename(name, '.json'));
    for (const { path, checksum } of files) if (isInside(path)) found.push({ path: join(folder, path), checksum });
  }
  return found;
}

function numberOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

function isInside(path: string): boolean {
  return !isAbsolute(path) && !relative('.', path).startsWith('..');
}
