import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForgeError, nearestName } from '@forge-ml/core';
import { recordedPlugins } from '../plugins/data-folder.js';
import type { ListedPlugin } from './list-plugins.js';

export interface InspectedPlugin extends ListedPlugin {
  /** What `forge plugins install` was given; null where it came another way. */
  readonly installedAs: string | null;
  readonly dependencies: readonly PluginDependency[];
}

export interface PluginDependency {
  readonly name: string;
  readonly wanted: string;
  /** Its version; null where it is not installed. */
  readonly installed: string | null;
}

interface PackageJson {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** @throws ForgeError USAGE where no plugin of that name is found */
export async function inspectPlugin(
  name: string,
  plugins: readonly ListedPlugin[],
  dataDir: string,
): Promise<InspectedPlugin> {
  const plugin = plugins.find((candidate) => candidate.package === name);
  if (plugin === undefined) throw notFound(name, plugins);
  const { dependencies = {} } = await readPackage(plugin.folder);
  const listed = Object.entries(dependencies).map(async ([dependency, wanted]) => ({
    name: dependency,
    wanted,
    installed: await installedFor(plugin.folder, dependency),
  }));
  return { ...plugin, installedAs: await installedAs(plugin, dataDir), dependencies: await Promise.all(listed) };
}

async function installedAs({ package: name, from }: ListedPlugin, dataDir: string): Promise<string | null> {
  if (from !== 'installed') return null;
  const plugins = await recordedPlugins(dataDir);
  const recorded = plugins.find((plugin) => plugin.name === name && plugin.type === 'user');
  return recorded?.url ?? `${name}@${recorded?.tag ?? 'latest'}`;
}

async function installedFor(folder: string, name: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return (await readPackage(candidate)).version ?? null;
    if (dirname(at) === at) return null;
  }
}

async function readPackage(folder: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

function notFound(name: string, plugins: readonly ListedPlugin[]): ForgeError {
  const nearest = nearestName(
    name,
    plugins.map((plugin) => plugin.package),
  );
  return new ForgeError('USAGE', `There is no plugin ${name} here.`, {
    about: name,
    hint: nearest === undefined ? 'forge plugins lists what there is.' : `Did you mean ${nearest}?`,
  });
}
