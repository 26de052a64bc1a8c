import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { ForgeError } from '@forge-ml/core';

/** A program and its first arguments. */
export type Program = readonly [string, ...string[]];

const script = 'npm-cli.js';

/**
 * Finds the npm of this Node installation, else the one on the PATH. Never uses one from the working directory.
 * @throws ForgeError PLUGIN_UNAVAILABLE if there is none
 */
export async function findNpm(node = process.execPath, path = process.env.PATH ?? ''): Promise<Program> {
  const nodeFolder = dirname(await realpath(node));
  for (const modules of [join(nodeFolder, '..', 'lib', 'node_modules'), join(nodeFolder, 'node_modules')]) {
    const file = join(modules, 'npm', 'bin', script);
    if (existsSync(file)) return [node, file];
  }
  for (const folder of path.split(delimiter).filter((part) => isAbsolute(part))) {
    const file = await realpath(join(folder, 'npm')).catch(() => undefined);
    if (file !== undefined) return basename(file) === script ? [node, file] : [file];
  }
  throw new ForgeError('PLUGIN_UNAVAILABLE', 'npm, which installs plugins, is neither next to Node nor on the PATH.', {
    about: 'npm',
    hint: 'Install npm, or add the plugin to your project with your package manager.',
  });
}
