import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Packages installed for code in these folders whose name says that they are a backend: `@forge-ml/backend-NAME`,
 * `forge-backend-NAME`. They are found without a package.json that names them, as in a global installation.
 */
export async function namedAsBackends(folders: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const start of folders) {
    for (let folder = start; ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules');
      for (const name of await namesIn(modules)) if (name.startsWith('forge-backend-')) found.add(name);
      for (const name of await namesIn(join(modules, '@forge-ml'))) {
        if (name.startsWith('backend-')) found.add(`@forge-ml/${name}`);
      }
      if (dirname(folder) === folder) break;
    }
  }
  return [...found];
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
