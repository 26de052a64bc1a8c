import { join } from 'node:path';
import { ForgeError, type PluginManifest, readPluginIn } from '@forge-ml/core';
import type { Config } from '@oclif/core/interfaces';
import {
  type DataPackage,
  packageInstalled,
  packagesWithScripts,
  prepareDataFolder,
  readDataPackage,
  recordPlugins,
} from './data-folder.js';
import { linkCore } from './link-core.js';
import { npmInstall } from './npm-install.js';
import { askOclif } from './oclif-plugins.js';
import { pluginWord } from './plugin-word.js';
import { installedVersions, putBack } from './put-back.js';

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
export async function installPlugin(request: InstallRequest, config: Config): Promise<Installed> {
  const { dataDir } = config;
  const word = pluginWord(request.word, request.directory);
  const failing = `${request.word} could not be installed`;
  await prepareDataFolder(dataDir);
  const before = await readDataPackage(dataDir);
  const former = await installedVersions(dataDir, before);
  const scriptsBefore = new Set(await packagesWithScripts(dataDir));
  const { allowScripts } = request;
  const installation = { word, about: request.word, failing, allowScripts };
  await npmInstall(installation, config);
  const after = await readDataPackage(dataDir);
  const name = packageInstalled(dataDir, before, after, word);
  if (name === undefined) throw new ForgeError('PLUGIN_UNAVAILABLE', `${failing}: npm brought nothing.`);
  if (allowScripts && former.has(name)) {
    // npm runs them only for what it has not installed yet.
    await askOclif({ command: 'uninstall', argv: [name], about: name, failing }, config);
    await npmInstall(installation, config);
  }
  await linkCore(dataDir);
  await recordAsInstalled(dataDir, before, after, name, word);
  const scripts = (await packagesWithScripts(dataDir)).filter((script) => !scriptsBefore.has(script));
  try {
    const plugin = await pluginIn(dataDir, name);
    if (plugin.problem !== null) throw plugin.problem;
    return { plugin, scriptsNotRun: allowScripts ? [] : scripts };
  } catch (error) {
    await putBack(name, former.get(name), before, config);
    throw error;
  }
}

/** oclif takes any folder or repository for the first one of its kind that it finds installed. */
async function recordAsInstalled(
  dataDir: string,
  before: DataPackage,
  after: DataPackage,
  name: string,
  word: string,
): Promise<void> {
  const others = (before.oclif?.plugins ?? []).filter((plugin) => plugin.name !== name);
  const recorded = after.oclif?.plugins?.find((plugin) => plugin.name === name && plugin.type === 'user');
  await recordPlugins(dataDir, [...others, recorded ?? { name, type: 'user', url: word }]);
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
