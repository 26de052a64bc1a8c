import { basename } from 'node:path';
import { dependencySpec } from './package-origin.js';
import { writeTemplate } from './write-template.js';

/** Where to install Forge's packages from: see `dependencySpec`. */
export interface Origin {
  readonly version: string;
  readonly searchFrom: readonly string[];
}

/**
 * Writes a project into a folder, which may exist but must not contain any of the files.
 * @returns the files written, relative to the folder
 * @throws ForgeError USAGE if a file exists, FILE_SYSTEM if one cannot be written; no file is left behind
 */
export function scaffold(folder: string, template: string, { version, searchFrom }: Origin): Promise<string[]> {
  return writeTemplate(folder, {
    from: ['projects/common', `projects/${template}`],
    values: { name: packageName(folder), backend: template },
    spec: (name) => dependencySpec(name, version, searchFrom),
    hint: 'Choose a new folder: forge init FOLDER.',
  });
}

/** The folder's name as a valid npm package name. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' ? 'forge-project' : name;
}
