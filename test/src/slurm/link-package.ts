import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

/** Installs a package of this repository in a project, as npm links it. */
export async function linkPackage(folder: string, name: string): Promise<void> {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies?: object };
  const dependencies = { ...manifest.dependencies, [`@forge-ml/${name}`]: '*' };
  await writeFile(file, JSON.stringify({ ...manifest, dependencies }));
  await symlink(join(packages, name), join(folder, 'node_modules/@forge-ml', name));
}
