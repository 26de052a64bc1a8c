import { join } from 'node:path';
import { ForgeError, type PluginManifest } from '@forge-ml/core';
import { readPluginIn } from '@forge-ml/core/cli';
import {
  installedIn,
  isAddress,
  nameIn,
  packageInstalled,
  packagesWithScripts,
  prepareDataFolder,
  type RecordedPlugin,
  recordedPlugins,
  recordPlugins,
} from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmInstall, npmUninstall } from './npm-install.js';
import { packageSpec } from './package-spec.js';
import { installedVersions, rollback } from './rollback.js';

export interface InstallRequest {
  /** A name, tarball, folder or repository, as typed. */
  readonly word: string;
  /** The base of relative paths. */
  readonly directory: string;
  readonly allowScripts: boolean;
}

export interface Installed {
  readonly plugin: PluginManifest;
  /** Packages whose install scripts were not run: `name version`. */
  readonly scriptsNotRun: readonly string[];
}

/**
 * Installs a package, and removes it again if it is not a plugin for this Forge.
 * @throws ForgeError USAGE, PLUGIN_UNAVAILABLE, PLUGIN_INVALID
 */
export async function installPlugin(request: InstallRequest, dataDir: string): Promise<Installed> {
  const word = packageSpec(request.word, request.directory);
  const failing = `Cannot install ${request.word}`;
  await prepareDataFolder(dataDir);
  const before = installedIn(dataDir);
  const recorded = await recordedPlugins(dataDir);
  const former = await installedVersions(dataDir, recorded);
  const scriptsBefore = new Set(packagesWithScripts(dataDir));
  const { allowScripts } = request;
  const installation = { word, about: request.word, failing, allowScripts };
  await npmInstall(dataDir, installation);
  const after = installedIn(dataDir);
  const name = packageInstalled(dataDir, before, after, word) ?? recorded.find(({ url }) => url === word)?.name;
  if (name === undefined) throw new ForgeError('PLUGIN_UNAVAILABLE', `${failing}: npm installed no package.`);
  if (allowScripts && former.has(name)) {
    // npm runs install scripts only for packages that are not installed yet.
    await npmUninstall(dataDir, name, failing);
    await npmInstall(dataDir, installation);
  }
  await linkCore(dataDir);
  await recordAsInstalled(dataDir, recorded, name, word);
  const scripts = packagesWithScripts(dataDir).filter((script) => !scriptsBefore.has(script));
  try {
    const plugin = await pluginIn(dataDir, name);
    if (plugin.problem !== null) throw plugin.problem;
    return { plugin, scriptsNotRun: allowScripts ? [] : scripts };
  } catch (error) {
    await rollback(dataDir, name, former.get(name), recorded);
    throw error;
  }
}

async function recordAsInstalled(
  dataDir: string,
  before: readonly RecordedPlugin[],
  name: string,
  word: string,
): Promise<void> {
  const others = before.filter((plugin) => plugin.name !== name || plugin.type !== 'user');
  const from = isAddress(word) ? { url: word } : { tag: word.slice(nameIn(word).length + 1) || 'latest' };
  await recordPlugins(dataDir, [...others, { name, type: 'user', ...from }]);
}

/** @throws ForgeError PLUGIN_INVALID if the package has no forge key */
export async function pluginIn(dataDir: string, name: string): Promise<PluginManifest> {
  const plugin = await readPluginIn(join(dataDir, 'node_modules', name));
  if (plugin !== undefined) return plugin;
  throw new ForgeError('PLUGIN_INVALID', `${name} is not a Forge plugin: its package.json has no forge key.`, {
    about: name,
    hint: 'If only configs need the package, add it to the project: npm install.',
  });
}
