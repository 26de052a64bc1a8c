import { join } from 'node:path';
import { readPluginIn } from '@forge-ml/core';
import type { Config } from '@oclif/core/interfaces';
import { type DataPackage, recordPlugins } from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmInstall } from './npm-install.js';
import { askOclif } from './oclif-plugins.js';

/** The versions of the plugins that are installed, not linked, by name. */
export async function installedVersions(dataDir: string, { oclif }: DataPackage): Promise<Map<string, string>> {
  const names = (oclif?.plugins ?? []).filter(({ type }) => type === 'user').map(({ name }) => name);
  const read = async (name: string) => (await readPluginIn(join(dataDir, 'node_modules', name)))?.version ?? 'unknown';
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

/**
 * Takes a package away again; the version that was there before, where the registry has it, comes back.
 * @param before what the data folder's package.json said then
 * @param version the one that was there; undefined where none was
 */
export async function putBack(
  name: string,
  version: string | undefined,
  before: DataPackage,
  config: Config,
): Promise<void> {
  const plugins = before.oclif?.plugins ?? [];
  const cameByAddress = plugins.some((plugin) => plugin.name === name && plugin.url !== undefined);
  if (version === undefined || cameByAddress) {
    const failing = `${name} could not be removed`;
    await askOclif({ command: 'uninstall', argv: [name], about: name, failing }, config);
  } else {
    const failing = `${name} ${version} could not be put back`;
    await npmInstall({ word: `${name}@${version}`, about: name, failing, allowScripts: false }, config);
    await recordPlugins(config.dataDir, plugins);
  }
  await linkCore(config.dataDir);
}
