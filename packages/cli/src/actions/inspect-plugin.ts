import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ForgeError } from '@forge-ml/core';
import { nearestName } from '@forge-ml/core/cli';
import { readPackageJson, tryReadPackageJson } from '@forge-ml/core/plugins';
import { recordedPlugins } from '../plugins/data-folder.js';
import type { ListedPlugin } from './list-plugins.js';

export interface InspectedPlugin extends ListedPlugin {
  /** The argument of `forge plugins install`; null if it was linked or is a package of the project. */
  readonly installedAs: string | null;
  readonly dependencies: readonly PluginDependency[];
}

export interface PluginDependency {
  readonly name: string;
  readonly wanted: string;
  /** The installed version; null if none is installed or it cannot be read. */
  readonly installed: string | null;
}

/** @throws ForgeError USAGE if no plugin has this name */
export async function inspectPlugin(
  name: string,
  plugins: readonly ListedPlugin[],
  dataDir: string,
): Promise<InspectedPlugin> {
  const plugin = plugins.find((candidate) => candidate.package === name);
  if (plugin === undefined) throw notFound(name, plugins);
  const { dependencies } = readPackageJson(join(plugin.folder, 'package.json'));
  const listed = Object.entries(dependencies).map(([dependency, wanted]) => ({
    name: dependency,
    wanted,
    installed: installedFor(plugin.folder, dependency),
  }));
  return { ...plugin, installedAs: await installedAs(plugin, dataDir), dependencies: listed };
}

async function installedAs({ package: name, from }: ListedPlugin, dataDir: string): Promise<string | null> {
  if (from !== 'installed') return null;
  const plugins = await recordedPlugins(dataDir);
  const recorded = plugins.find((plugin) => plugin.name === name && plugin.type === 'user');
  return recorded?.url ?? `${name}@${recorded?.tag ?? 'latest'}`;
}

function installedFor(folder: string, name: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return tryReadPackageJson(join(candidate, 'package.json'))?.version ?? null;
    if (dirname(at) === at) return null;
  }
}

function notFound(name: string, plugins: readonly ListedPlugin[]): ForgeError {
  const nearest = nearestName(
    name,
    plugins.map((plugin) => plugin.package),
  );
  return new ForgeError('USAGE', `The plugin ${name} is not installed.`, {
    about: name,
    hint: nearest === undefined ? 'forge plugins lists the installed plugins.' : `Did you mean ${nearest}?`,
  });
}
