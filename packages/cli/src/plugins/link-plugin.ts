import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ForgeError, type PluginManifest } from '@forge-ml/core';
import { readPluginIn } from '@forge-ml/core/cli';
import { prepareDataFolder, recordedPlugins, recordPlugins } from './data-folder.js';

/**
 * Uses a plugin from its own folder, without installing anything. It hides an installed plugin of the same name until
 * it is unlinked.
 * @throws ForgeError USAGE, PLUGIN_INVALID
 */
export async function linkPlugin(path: string, directory: string, dataDir: string): Promise<PluginManifest> {
  const folder = await realpath(resolve(directory, path)).catch(() => undefined);
  if (folder === undefined) throw new ForgeError('USAGE', `There is no folder ${path}.`, { about: path });
  const plugin = await readPluginIn(folder);
  if (plugin === undefined) {
    throw new ForgeError(
      'PLUGIN_INVALID',
      `${path} contains no Forge plugin: it needs a package.json with a forge key.`,
      {
        about: path,
        hint: 'forge generate backend NAME creates one.',
      },
    );
  }
  if (plugin.problem !== null) throw plugin.problem;
  await prepareDataFolder(dataDir);
  const { package: name } = plugin;
  const others = (await recordedPlugins(dataDir)).filter(
    (other) => other.type !== 'link' || (other.name !== name && other.root !== folder),
  );
  await recordPlugins(dataDir, [...others, { name, type: 'link', root: folder }]);
  return plugin;
}
