import { resolve } from 'node:path';
import { ForgeError, nearestName } from '@forge-ml/core';
import { type RecordedPlugin, recordedPlugins, recordPlugins } from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmUninstall } from './npm-install.js';

/**
 * Removes an installed plugin, or forgets a linked one: of two by one name the link, which is the one that is used.
 * @param word its name, or the folder of a linked one
 * @throws ForgeError USAGE where it is not there; PLUGIN_UNAVAILABLE
 */
export async function removePlugin(
  word: string,
  directory: string,
  dataDir: string,
): Promise<{ readonly name: string; readonly linked: boolean }> {
  const { name, type } = await findRecorded(word, directory, dataDir);
  if (type === 'user') await npmUninstall(dataDir, name);
  await forgetPlugin(dataDir, name, type);
  await linkCore(dataDir);
  return { name, linked: type === 'link' };
}

/** Takes a plugin out of the record. */
export async function forgetPlugin(dataDir: string, name: string, type: RecordedPlugin['type']): Promise<void> {
  const plugins = await recordedPlugins(dataDir);
  await recordPlugins(
    dataDir,
    plugins.filter((plugin) => plugin.name !== name || plugin.type !== type),
  );
}

/** @throws ForgeError USAGE naming what is installed */
async function findRecorded(word: string, directory: string, dataDir: string): Promise<RecordedPlugin> {
  const plugins = await recordedPlugins(dataDir);
  const name = word.replace(/(?<!^)@[^/]*$/, '');
  const found = plugins.filter((plugin) => plugin.name === name || plugin.root === resolve(directory, word));
  const first = found.find(({ type }) => type === 'link') ?? found[0];
  if (first !== undefined) return first;
  const names = plugins.map((plugin) => plugin.name);
  const nearest = nearestName(name, names);
  const there =
    names.length === 0 ? 'Nothing is installed with forge plugins install.' : `There is ${names.join(', ')}.`;
  throw new ForgeError('USAGE', `The plugin ${word} is not installed.`, {
    about: word,
    hint: nearest === undefined ? there : `Did you mean ${nearest}?`,
  });
}
