import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ForgeError, type PluginManifest, readPluginIn } from '@forge-ml/core';
import type { Config } from '@oclif/core/interfaces';
import { prepareDataFolder } from './data-folder.js';
import { askOclif } from './oclif-plugins.js';

/**
 * Lets the command line use a plugin from where it lies; nothing is installed, there or elsewhere.
 * @throws ForgeError USAGE, PLUGIN_INVALID
 */
export async function linkPlugin(path: string, directory: string, config: Config): Promise<PluginManifest> {
  const folder = await realpath(resolve(directory, path)).catch(() => undefined);
  if (folder === undefined) throw new ForgeError('USAGE', `There is no folder ${path}.`, { about: path });
  const plugin = await readPluginIn(folder);
  if (plugin === undefined) {
    throw new ForgeError('PLUGIN_INVALID', `${path} holds no Forge plugin: it needs a package.json with a forge key.`, {
      about: path,
      hint: 'forge generate backend NAME writes one to start from.',
    });
  }
  if (plugin.problem !== null) throw plugin.problem;
  await prepareDataFolder(config.dataDir);
  const { package: name } = plugin;
  const argv = [folder, '--no-install'];
  await askOclif({ command: 'link', argv, about: name, failing: `${name} could not be linked` }, config);
  return plugin;
}
