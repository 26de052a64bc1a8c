import { basename } from 'node:path';
import { dependencySpec } from './package-origin.js';
import { writeTemplate } from './write-template.js';

/** Where Forge's packages are taken from: see `packageSpec`. */
export interface Origin {
  readonly version: string;
  readonly searchFrom: readonly string[];
}

/**
 * Writes a project into a folder, which may exist but hold none of the files.
 * @returns the files written, relative to the folder
 * @throws ForgeError USAGE when a file is there already, FILE_SYSTEM when one cannot be written; nothing stays then
 */
export function scaffold(folder: string, template: string, { version, searchFrom }: Origin): Promise<string[]> {
  return writeTemplate(folder, {
    from: ['projects/common', `projects/${template}`],
    values: { name: packageName(folder), backend: template },
    spec: (name) => dependencySpec(name, version, searchFrom),
    hint: 'Name a new folder: forge init FOLDER.',
  });
}

/** The folder's name as npm takes it. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' ? 'forge-project' : name;
}
