import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findUp } from '../../fs/find-up.js';
import { tryReadPackageJson } from '../../json/package-json.js';
import { discoverByManifest } from './manifest-discovery.js';
import { type PluginManifest, readPlugin, readPluginIn, readUndeclared } from './plugin-manifest.js';

/** Where plugins are looked for, in this order. */
export interface PluginPlaces {
  /** Plugins that are used from where they lie: their packages' folders. */
  readonly linked: readonly string[];
  /** The folder whose project, or one above it, depends on plugins; undefined where no project is to be searched. */
  readonly project: string | undefined;
  /** Folders that plugins are installed in, named by the package.json there. */
  readonly installed: readonly string[];
  /** Where else packages may be installed. */
  readonly beside?: readonly string[];
}

/** Where this package is: whoever has core there has its backends there too. */
const besideCore = [fileURLToPath(new URL('.', import.meta.url))];

/** The plugins that somebody asked for: linked, a dependency of the project, or installed. Each package once. */
export async function findDependencies({ linked, project, installed }: PluginPlaces): Promise<PluginManifest[]> {
  const found = await Promise.all([
    ...linked.map(async (folder) => (await readPluginIn(folder)) ?? []),
    pluginsOfProject(project),
    ...installed.map((folder) => pluginsNamedBy(join(folder, 'package.json'), readPluginOrUndeclared)),
  ]);
  return eachOnce(found.flat());
}

/** The plugins that only lie where they would be found, and are named as such. */
export async function findInstalled(places: PluginPlaces): Promise<PluginManifest[]> {
  const names = await discoverByManifest(foldersOf(places));
  const plugins = await Promise.all(names.map((name) => pluginOfPackage(name, places)));
  return plugins.filter((plugin) => plugin !== undefined);
}

/** All of them, those that somebody asked for first. */
export async function allPlugins(places: PluginPlaces): Promise<PluginManifest[]> {
  return eachOnce([...(await findDependencies(places)), ...(await findInstalled(places))]);
}

export async function pluginOfPackage(name: string, places: PluginPlaces): Promise<PluginManifest | undefined> {
  for (const folder of places.linked) {
    const plugin = await readPluginIn(folder);
    if (plugin?.package === name) return plugin;
  }
  for (const folder of foldersOf(places)) {
    const plugin = await readPlugin(name, folder);
    if (plugin !== undefined) return plugin;
  }
  return undefined;
}

/** The first package of these names that is installed and is no plugin. */
export async function findUndeclared(
  names: readonly string[],
  places: PluginPlaces,
): Promise<PluginManifest | undefined> {
  for (const folder of foldersOf(places)) {
    for (const name of names) {
      if ((await readPlugin(name, folder)) !== undefined) continue;
      const stranger = await readUndeclared(name, folder);
      if (stranger !== undefined) return stranger;
    }
  }
  return undefined;
}

function foldersOf({ project, installed, beside = besideCore }: PluginPlaces): string[] {
  return [...(project === undefined ? [] : [project]), ...installed, ...beside];
}

/** The plugins that a project in this folder, or in one above it, depends on; nearest first. */
async function pluginsOfProject(folder: string | undefined): Promise<PluginManifest[]> {
  if (folder === undefined) return [];
  const found: PluginManifest[] = [];
  for (let file = findUp('package.json', folder); file !== undefined; file = above(file)) {
    found.push(...(await pluginsNamedBy(file, readPlugin)));
  }
  return found;
}

/** The plugins that a package.json names as dependencies, where they are installed for it. */
async function pluginsNamedBy(file: string, read: typeof readPlugin): Promise<PluginManifest[]> {
  // What cannot be read names no plugin; npm says what is wrong with it.
  const project = tryReadPackageJson(file);
  const names = { ...project?.devDependencies, ...project?.optionalDependencies, ...project?.dependencies };
  const manifests = await Promise.all(Object.keys(names).map((name) => read(name, dirname(file))));
  return manifests.filter((manifest) => manifest !== undefined);
}

/** In a folder for plugins, a package that is none is named rather than passed over. */
async function readPluginOrUndeclared(name: string, folder: string): Promise<PluginManifest | undefined> {
  return (await readPlugin(name, folder)) ?? readUndeclared(name, folder);
}

function above(file: string): string | undefined {
  const folder = dirname(file);
  return dirname(folder) === folder ? undefined : findUp('package.json', dirname(folder));
}

function eachOnce(plugins: readonly PluginManifest[]): PluginManifest[] {
  const first = new Map<string, PluginManifest>();
  for (const plugin of plugins) if (!first.has(plugin.package)) first.set(plugin.package, plugin);
  return [...first.values()];
}
