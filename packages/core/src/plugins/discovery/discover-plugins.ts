import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findUp } from '../../fs/find-up.js';
import { tryReadPackageJson } from '../../json/package-json.js';
import { discoverByManifest } from './manifest-discovery.js';
import { type PluginManifest, readPlugin, readPluginIn, readUndeclared } from './plugin-manifest.js';

/** Where plugins are searched for, in this order. */
export interface PluginPlaces {
  /** The folders of linked plugin packages. */
  readonly linked: readonly string[];
  /** A folder in a project whose dependencies, or those of parent projects, may be plugins; undefined: no project. */
  readonly project: string | undefined;
  /** Folders that plugins are installed in; the package.json there names them. */
  readonly installed: readonly string[];
  /** The folder of the program's own package: the plugins among its dependencies come with the program. */
  readonly program?: string | undefined;
  /** Other folders where packages may be installed. Default: the folder of this package. */
  readonly fallbacks?: readonly string[];
}

/** The folder of this package: backends are usually installed next to core. */
const coreFolder = [fileURLToPath(new URL('.', import.meta.url))];

/**
 * The declared plugins: linked, a dependency of the project, installed with `forge plugins`, or of the program. Each
 * package once, as it is found first. Those of the program are first in the list, so that no other package takes their
 * names.
 */
export async function findDependencies({
  linked,
  project,
  installed,
  program,
}: PluginPlaces): Promise<PluginManifest[]> {
  const [own, ...others] = await Promise.all([
    pluginsOfProgram(program),
    ...linked.map(async (folder) => (await readPluginIn(folder)) ?? []),
    pluginsOfProject(project),
    ...installed.map((folder) => pluginsNamedBy(join(folder, 'package.json'), readPluginOrUndeclared)),
  ]);
  const folders = new Map(own.map((plugin) => [plugin.package, plugin.folder]));
  const found = uniquePackages([...others.flat(), ...own]).map((plugin) => {
    return { ...plugin, ofProgram: folders.get(plugin.package) === plugin.folder };
  });
  const isNamed = (plugin: PluginManifest) => folders.has(plugin.package);
  return [...found.filter(isNamed), ...found.filter((plugin) => !isNamed(plugin))];
}

/** The plugins that come with a program: those that its package depends on, as they are installed for it. */
async function pluginsOfProgram(folder: string | undefined): Promise<PluginManifest[]> {
  return folder === undefined ? [] : pluginsNamedBy(join(folder, 'package.json'), readPlugin, ['dependencies']);
}

/** Installed packages that are plugins by their name, whether or not they are declared. */
export async function findInstalled(places: PluginPlaces): Promise<PluginManifest[]> {
  const names = await discoverByManifest(foldersOf(places));
  const plugins = await Promise.all(names.map((name) => pluginOfPackage(name, places)));
  return plugins.filter((plugin) => plugin !== undefined);
}

/** All plugins, declared ones first. */
export async function allPlugins(places: PluginPlaces): Promise<PluginManifest[]> {
  return uniquePackages([...(await findDependencies(places)), ...(await findInstalled(places))]);
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

/** The first of these packages that is installed and not a plugin. */
export async function findUndeclared(
  names: readonly string[],
  places: PluginPlaces,
): Promise<PluginManifest | undefined> {
  for (const folder of foldersOf(places)) {
    for (const name of names) {
      if ((await readPlugin(name, folder)) !== undefined) continue;
      const undeclared = await readUndeclared(name, folder);
      if (undeclared !== undefined) return undeclared;
    }
  }
  return undefined;
}

function foldersOf({ project, installed, fallbacks = coreFolder }: PluginPlaces): string[] {
  return [...(project === undefined ? [] : [project]), ...installed, ...fallbacks];
}

/** The plugins that a project in this folder, or in a parent folder, depends on; nearest first. */
async function pluginsOfProject(folder: string | undefined): Promise<PluginManifest[]> {
  if (folder === undefined) return [];
  const found: PluginManifest[] = [];
  for (let file = findUp('package.json', folder); file !== undefined; file = parentManifest(file)) {
    found.push(...(await pluginsNamedBy(file, readPlugin)));
  }
  return found;
}

const allDependencies = ['devDependencies', 'optionalDependencies', 'dependencies'] as const;

/** The installed plugins among the dependencies of a package.json. */
async function pluginsNamedBy(
  file: string,
  read: typeof readPlugin,
  kinds: readonly (typeof allDependencies)[number][] = allDependencies,
): Promise<PluginManifest[]> {
  // An unreadable package.json has no plugins; npm reports the error.
  const project = tryReadPackageJson(file);
  const names = new Set(kinds.flatMap((kind) => Object.keys(project?.[kind] ?? {})));
  const manifests = await Promise.all([...names].map((name) => read(name, dirname(file))));
  return manifests.filter((manifest) => manifest !== undefined);
}

/** In a folder for plugins, a package that is not a plugin is reported, not ignored. */
async function readPluginOrUndeclared(name: string, folder: string): Promise<PluginManifest | undefined> {
  return (await readPlugin(name, folder)) ?? readUndeclared(name, folder);
}

function parentManifest(file: string): string | undefined {
  const folder = dirname(file);
  return dirname(folder) === folder ? undefined : findUp('package.json', dirname(folder));
}

function uniquePackages(plugins: readonly PluginManifest[]): PluginManifest[] {
  const first = new Map<string, PluginManifest>();
  for (const plugin of plugins) if (!first.has(plugin.package)) first.set(plugin.package, plugin);
  return [...first.values()];
}
