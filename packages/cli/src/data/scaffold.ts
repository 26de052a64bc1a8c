import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeError, messageOf } from '@forge-ml/core';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));

/** npm leaves files of these names out of a package, so the templates keep them under others. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

export async function templateNames(): Promise<string[]> {
  return (await readdir(templates)).sort();
}

/**
 * Writes a project into a folder, which may exist but hold none of the files.
 * @returns the files written, relative to the folder
 * @throws ForgeError USAGE when a file is there already, FILE_SYSTEM when one cannot be written; nothing stays then
 */
export async function scaffold(folder: string, template: string, version: string): Promise<string[]> {
  const source = join(templates, template);
  const names = (await readdir(source)).map((from) => ({ from, to: renamed[from] ?? from }));
  for (const { to } of names) {
    if ((await stat(join(folder, to)).catch(() => undefined)) === undefined) continue;
    throw new ForgeError('USAGE', `${join(folder, to)} exists already, and is left as it is.`, {
      about: to,
      hint: 'Name a new folder: forge init FOLDER.',
    });
  }
  const written: string[] = [];
  let made: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true });
    for (const { from, to } of names) {
      const text = await readFile(join(source, from), 'utf8');
      const filled = text.replaceAll('{{name}}', packageName(folder)).replaceAll('{{version}}', `^${version}`);
      await writeFile(join(folder, to), filled, { flag: 'wx' });
      written.push(to);
    }
    return written;
  } catch (error) {
    for (const to of written) await rm(join(folder, to), { force: true });
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw new ForgeError('FILE_SYSTEM', `The project cannot be written to ${folder}: ${messageOf(error)}`, {
      about: folder,
      cause: error,
    });
  }
}

/** The folder's name as npm takes it. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' ? 'forge-project' : name;
}
