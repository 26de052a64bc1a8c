import { join } from 'node:path';
import { readPluginIn } from '@forge-ml/core';
import { type RecordedPlugin, recordPlugins } from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmInstall, npmUninstall } from './npm-install.js';
import { forgetPlugin } from './remove-plugin.js';

/** The versions of the plugins that are installed, not linked, by name. */
export async function installedVersions(
  dataDir: string,
  plugins: readonly RecordedPlugin[],
): Promise<Map<string, string>> {
  const names = plugins.filter(({ type }) => type === 'user').map(({ name }) => name);
  const read = async (name: string) => (await readPluginIn(join(dataDir, 'node_modules', name)))?.version ?? 'unknown';
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

/**
 * Takes a package away again; the version that was there before, where the registry has it, comes back.
 * @param before the plugins that were recorded then
 * @param version the one that was there; undefined where none was
 */
export async function rollback(
  dataDir: string,
  name: string,
  version: string | undefined,
  before: readonly RecordedPlugin[],
): Promise<void> {
  const cameByAddress = before.some((plugin) => plugin.name === name && plugin.url !== undefined);
  if (version === undefined || cameByAddress) {
    await npmUninstall(dataDir, name);
    await forgetPlugin(dataDir, name, 'user');
  } else {
    const failing = `${name} ${version} could not be put back`;
    await npmInstall(dataDir, { word: `${name}@${version}`, about: name, failing, allowScripts: false });
    await recordPlugins(dataDir, before);
  }
  await linkCore(dataDir);
}
