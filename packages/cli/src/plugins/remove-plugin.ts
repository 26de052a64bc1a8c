import { resolve } from 'node:path';
import { ForgeError } from '@forge-ml/core';
import { nearestName } from '@forge-ml/core/cli';
import { packageRoot } from '../process/package-root.js';
import { installedIn, type RecordedPlugin, recordedPlugins, recordPlugins } from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmUninstall } from './npm-install.js';

/**
 * Removes an installed plugin, or unlinks a linked one. If both have the name, only the link is removed.
 * @param word its name, or the folder of a linked plugin
 * @throws ForgeError USAGE if there is none; PLUGIN_UNAVAILABLE
 */
export async function removePlugin(
  word: string,
  directory: string,
  dataDir: string,
): Promise<{ readonly name: string; readonly linked: boolean }> {
  const { name, type } = await findRecorded(word, directory, dataDir);
  if (type === 'user') await npmUninstall(dataDir, name);
  await deleteRecord(dataDir, name, type);
  await linkCore(dataDir);
  return { name, linked: type === 'link' };
}

/** Deletes the record of a plugin. */
export async function deleteRecord(dataDir: string, name: string, type: RecordedPlugin['type']): Promise<void> {
  const plugins = await recordedPlugins(dataDir);
  await recordPlugins(
    dataDir,
    plugins.filter((plugin) => plugin.name !== name || plugin.type !== type),
  );
}

/** @throws ForgeError USAGE listing the installed plugins */
async function findRecorded(word: string, directory: string, dataDir: string): Promise<RecordedPlugin> {
  const plugins = await recordedPlugins(dataDir);
  const name = word.replace(/(?<!^)@[^/]*$/, '');
  const found = plugins.filter((plugin) => plugin.name === name || plugin.root === resolve(directory, word));
  const first = found.find(({ type }) => type === 'link') ?? found[0];
  if (first !== undefined) return first;
  if (Object.hasOwn(installedIn(packageRoot), name)) {
    throw new ForgeError('USAGE', `The plugin ${name} comes with Forge, and cannot be removed.`, {
      about: word,
      hint: 'forge plugins lists what each plugin provides.',
    });
  }
  const names = plugins.map((plugin) => plugin.name);
  const nearest = nearestName(name, names);
  const available =
    names.length === 0 ? 'No plugin was installed with forge plugins install.' : `Available: ${names.join(', ')}.`;
  throw new ForgeError('USAGE', `The plugin ${word} is not installed.`, {
    about: word,
    hint: nearest === undefined ? available : `Did you mean ${nearest}?`,
  });
}
