import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { ForgeError } from '@forge-ml/core';

/** A program and the words that come first. */
export type Program = readonly [string, ...string[]];

const script = 'npm-cli.js';

/**
 * The npm that came with this Node, else the one on the PATH; never one from the folder that a person is in.
 * @throws ForgeError PLUGIN_UNAVAILABLE where there is none
 */
export async function findNpm(node = process.execPath, path = process.env.PATH ?? ''): Promise<Program> {
  const beside = dirname(await realpath(node));
  for (const modules of [join(beside, '..', 'lib', 'node_modules'), join(beside, 'node_modules')]) {
    const file = join(modules, 'npm', 'bin', script);
    if (existsSync(file)) return [node, file];
  }
  for (const folder of path.split(delimiter).filter((part) => isAbsolute(part))) {
    const file = await realpath(join(folder, 'npm')).catch(() => undefined);
    if (file !== undefined) return basename(file) === script ? [node, file] : [file];
  }
  throw new ForgeError('PLUGIN_UNAVAILABLE', 'npm, which installs plugins, is neither beside Node nor on the PATH.', {
    about: 'npm',
    hint: 'Install npm, or add the plugin to your project with the package manager that you use.',
  });
}
