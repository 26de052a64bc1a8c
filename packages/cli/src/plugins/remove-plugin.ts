import { resolve } from 'node:path';
import { ForgeError, nearestName } from '@forge-ml/core';
import type { Config } from '@oclif/core/interfaces';
import { type RecordedPlugin, readDataPackage } from './data-folder.js';
import { linkCore } from './link-core.js';
import { askOclif } from './oclif-plugins.js';

/**
 * Removes an installed plugin, or forgets a linked one.
 * @param word its name, or the folder of a linked one
 * @throws ForgeError USAGE where it is not there; PLUGIN_UNAVAILABLE
 */
export async function removePlugin(
  word: string,
  directory: string,
  config: Config,
): Promise<{ readonly name: string; readonly linked: boolean }> {
  const { name, type } = await findRecorded(word, directory, config.dataDir);
  await askOclif({ command: 'uninstall', argv: [name], about: name, failing: `${name} could not be removed` }, config);
  await linkCore(config.dataDir);
  return { name, linked: type === 'link' };
}

/** @throws ForgeError USAGE naming what is installed */
export async function findRecorded(word: string, directory: string, dataDir: string): Promise<RecordedPlugin> {
  const plugins = (await readDataPackage(dataDir)).oclif?.plugins ?? [];
  const name = word.replace(/(?<!^)@[^/]*$/, '');
  const found = plugins.find((plugin) => plugin.name === name || plugin.root === resolve(directory, word));
  if (found !== undefined) return found;
  const names = plugins.map((plugin) => plugin.name);
  const nearest = nearestName(name, names);
  const there =
    names.length === 0 ? 'Nothing is installed with forge plugins:install.' : `There is ${names.join(', ')}.`;
  throw new ForgeError('USAGE', `The plugin ${word} is not installed.`, {
    about: word,
    hint: nearest === undefined ? there : `Did you mean ${nearest}?`,
  });
}
