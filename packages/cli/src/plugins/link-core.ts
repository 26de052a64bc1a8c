import { existsSync } from 'node:fs';
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '@forge-ml/core/plugins';

const core = dirname(fileURLToPath(import.meta.resolve('@forge-ml/core/package.json')));

/**
 * Makes the core that installed plugins import the one this command line runs on: there is one class of everything
 * in the process. Done before plugins are used, for npm takes the link away, and another installation of Forge may
 * have left its own.
 */
export async function linkCore(dataFolder: string): Promise<void> {
  const modules = join(dataFolder, 'node_modules');
  if (!existsSync(modules)) return;
  const link = join(modules, '@forge-ml', 'core');
  if ((await readlink(link).catch(() => undefined)) === core) return;
  const fresh = `${link}-${process.pid}`;
  try {
    await makeFolder(dirname(link));
    await symlink(core, fresh, 'junction');
    // A copy that npm brought, for a plugin that depends on one.
    if ((await readlink(link).catch(() => undefined)) === undefined) await rm(link, { recursive: true, force: true });
    await rename(fresh, link);
  } catch {
    // A folder that may only be read: a plugin that has no core to import is named when it is loaded.
    await rm(fresh, { force: true }).catch(() => undefined);
  }
}
