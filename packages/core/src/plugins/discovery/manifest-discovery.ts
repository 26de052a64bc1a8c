import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const pluginName = /^(?:forge-|@forge-ml\/)(?:backend|sink|launcher|plugin)-./;

/**
 * Packages installed for code in these folders that are plugins by their name: `forge-backend-NAME`,
 * `@forge-ml/backend-NAME`, and the same with `sink`, `launcher` or `plugin` instead of `backend`. Needs no package.json
 * that depends on them, as in a global installation.
 */
export async function discoverByManifest(folders: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const start of folders) {
    for (let folder = start; ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules');
      const scoped = (await folderNames(join(modules, '@forge-ml'))).map((name) => `@forge-ml/${name}`);
      for (const name of [...(await folderNames(modules)), ...scoped]) if (pluginName.test(name)) found.add(name);
      if (dirname(folder) === folder) break;
    }
  }
  return [...found];
}

async function folderNames(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
