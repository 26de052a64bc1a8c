import { join } from 'node:path';
import { readPluginIn } from '@forge-ml/core/cli';
import { type RecordedPlugin, recordPlugins } from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmInstall, npmUninstall } from './npm-install.js';
import { deleteRecord } from './remove-plugin.js';

/** The versions of the installed plugins by name, without linked ones. */
export async function installedVersions(
  dataDir: string,
  plugins: readonly RecordedPlugin[],
): Promise<Map<string, string>> {
  const names = plugins.filter(({ type }) => type === 'user').map(({ name }) => name);
  const read = async (name: string) => (await readPluginIn(join(dataDir, 'node_modules', name)))?.version ?? 'unknown';
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

/**
 * Removes a package again, and reinstalls its former version if that came from the registry.
 * @param version its former version; undefined if there was none
 * @param before the plugin records before the installation
 */
export async function rollback(
  dataDir: string,
  name: string,
  version: string | undefined,
  before: readonly RecordedPlugin[],
): Promise<void> {
  const hadAddress = before.some((plugin) => plugin.name === name && plugin.url !== undefined);
  if (version === undefined || hadAddress) {
    await npmUninstall(dataDir, name);
    await deleteRecord(dataDir, name, 'user');
  } else {
    const failing = `Cannot restore ${name} ${version}`;
    await npmInstall(dataDir, { word: `${name}@${version}`, about: name, failing, allowScripts: false });
    await recordPlugins(dataDir, before);
  }
  await linkCore(dataDir);
}
