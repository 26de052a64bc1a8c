import { join } from 'node:path';
import { ForgeError, type PluginManifest, readPluginIn } from '@forge-ml/core';
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
  /** A name, a tarball, a folder or a repository, as a person writes it. */
  readonly word: string;
  /** What relative paths start from. */
  readonly directory: string;
  readonly allowScripts: boolean;
}

export interface Installed {
  readonly plugin: PluginManifest;
  /** Packages whose scripts were not run: `name version`. */
  readonly scriptsNotRun: readonly string[];
}

/**
 * Installs a plugin, and looks at what came. What is no plugin for this Forge is taken away again.
 * @throws ForgeError USAGE, PLUGIN_UNAVAILABLE, PLUGIN_INVALID
 */
export async function installPlugin(request: InstallRequest, dataDir: string): Promise<Installed> {
  const word = packageSpec(request.word, request.directory);
  const failing = `${request.word} could not be installed`;
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
    // npm runs them only for what it has not installed yet.
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

/** @throws ForgeError PLUGIN_INVALID where the package says nothing of itself to Forge */
export async function pluginIn(dataDir: string, name: string): Promise<PluginManifest> {
  const plugin = await readPluginIn(join(dataDir, 'node_modules', name));
  if (plugin !== undefined) return plugin;
  throw new ForgeError('PLUGIN_INVALID', `${name} is no Forge plugin: its package.json has no forge key.`, {
    about: name,
    hint: 'A package that is only needed by configs is a dependency of the project: npm install.',
  });
}
