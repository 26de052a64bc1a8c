import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ForgeError, messageOf } from '@forge-ml/core';
import { makeFolder } from '@forge-ml/core/cli';
import { packageRoot } from '../process/package-root.js';

const templates = join(packageRoot, 'templates');

/**
 * Files that the templates keep under another name: npm excludes some names from packages, and tools of this repository
 * would read others as their own settings.
 */
const renamed: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  github: '.github',
  'mocharc.json': '.mocharc.json',
  npmrc: '.npmrc',
  'biome-settings.json': 'biome.json',
};

export interface Template {
  /** The template folders to combine, e.g. `plugins/common`. */
  readonly from: readonly string[];
  /** The values of `{{key}}` in the files. */
  readonly values: Readonly<Record<string, string>>;
  /** The package.json spec of a Forge package whose version is `{{installed}}`. */
  readonly spec: (name: string) => string;
  /** The hint of the error if a file already exists. */
  readonly hint: string;
}

/** The names of the project templates, which are those of backends, and the default one. */
export async function projectTemplates(): Promise<{ readonly names: readonly string[]; readonly usual: string }> {
  const folder = join(templates, 'projects');
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && entry.name !== 'common').map(({ name }) => name);
  return { names: names.sort(), usual: (await readFile(join(folder, 'default'), 'utf8')).trim() };
}

/**
 * Writes files into a folder, which may exist but must not contain any of them.
 * @returns the files written, relative to the folder
 * @throws ForgeError USAGE if a file exists, FILE_SYSTEM if one cannot be written; no file is left behind
 */
export async function writeTemplate(folder: string, { from, values, spec, hint }: Template): Promise<string[]> {
  const files = (await Promise.all(from.map((name) => filesOf(join(templates, name))))).flat();
  for (const { to } of files) {
    if ((await stat(join(folder, to)).catch(() => undefined)) === undefined) continue;
    throw new ForgeError('USAGE', `${join(folder, to)} already exists.`, { about: to, hint });
  }
  const written: string[] = [];
  const made: string[] = [];
  try {
    made.push(...(await makeFolder(folder)));
    for (const { source, to } of files) {
      made.push(...(await makeFolder(dirname(join(folder, to)))));
      await writeFile(join(folder, to), fill(await readFile(source, 'utf8'), values, spec), {
        flag: 'wx',
      });
      written.push(to);
    }
    return written;
  } catch (error) {
    for (const to of written) await rm(join(folder, to), { force: true });
    for (const path of made) await rm(path, { recursive: true, force: true });
    throw new ForgeError('FILE_SYSTEM', `Cannot write the files to ${folder}: ${messageOf(error)}`, {
      about: folder,
      cause: error,
    });
  }
}

/** The files of a template folder, and their destinations. */
async function filesOf(folder: string): Promise<{ readonly source: string; readonly to: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((source) => {
      const parts = relative(folder, source).split(sep);
      return { source, to: parts.map((part) => renamed[part] ?? part).join('/') };
    });
}

/** Leaves `${{ … }}`, the expressions of workflows, unchanged. */
function fill(text: string, values: Template['values'], spec: Template['spec']): string {
  let filled = text;
  for (const [dependency, name] of text.matchAll(/"(@forge-ml\/[\w-]+)": "\{\{installed\}\}"/g)) {
    filled = filled.replace(dependency, `"${name}": ${JSON.stringify(spec(name!))}`);
  }
  return filled.replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key]!);
}
