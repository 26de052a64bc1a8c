import { existsSync } from 'node:fs';
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '@forge-ml/core/plugins';

const core = dirname(fileURLToPath(import.meta.resolve('@forge-ml/core/package.json')));

/**
 * Links the core of this command line into the data folder, so that plugins import the same classes. Called before
 * plugins are used, because npm removes the link, and another installation of Forge may have set its own.
 */
export async function linkCore(dataFolder: string): Promise<void> {
  const modules = join(dataFolder, 'node_modules');
  if (!existsSync(modules)) return;
  const link = join(modules, '@forge-ml', 'core');
  if ((await readlink(link).catch(() => undefined)) === core) return;
  const temporary = `${link}-${process.pid}`;
  try {
    await makeFolder(dirname(link));
    await symlink(core, temporary, 'junction');
    // A copy that npm installed, for a plugin that depends on one.
    if ((await readlink(link).catch(() => undefined)) === undefined) await rm(link, { recursive: true, force: true });
    await rename(temporary, link);
  } catch {
    // The folder is read-only. A plugin that finds no core is reported when it is loaded.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
