import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DependencyContainer } from 'tsyringe';
import type { FlagSpecs } from '../config/flag.js';
import { ForgeError } from '../errors/forge-error.js';
import { pluginsNamedBy, pluginsOfProject } from './discover-plugins.js';
import { type LoadedPlugin, loadPlugin } from './load-plugin.js';
import { makeProvided } from './make-provided.js';
import { namedAsBackends } from './named-as-backends.js';
import { labelOf, type PluginManifest, readPlugin, readPluginIn } from './plugin-manifest.js';
import { type AnnouncedKind, kindNames, type ProviderKind, type Providers, providerToken } from './providers.js';

/** Where plugins are looked for, in this order. */
export interface PluginPlaces {
  /** Plugins that are used from where they lie: their packages' folders. */
  readonly linked: readonly string[];
  /** The folder whose project, or one above it, depends on plugins. */
  readonly project: string;
  /** Folders that plugins are installed in, named by the package.json there. */
  readonly installed: readonly string[];
}

/** Long enough for an engine on a slow disk, ms. */
const usualLoadLimit = 30_000;

/** Finds the installed plugins by what they say of themselves, and loads those that are needed, each once. */
export class PluginHost {
  private readonly loaded = new Map<string, Promise<LoadedPlugin>>();

  /**
   * @param container what each plugin is given one of its own below
   * @param beside where else packages may be installed: where this one is, for whoever has core there has its
   * backends there too
   * @param loadLimit how long a plugin's module may take to load, ms
   */
  constructor(
    private readonly container: DependencyContainer,
    private readonly places: PluginPlaces,
    private readonly beside: readonly string[] = [fileURLToPath(new URL('.', import.meta.url))],
    private readonly loadLimit = usualLoadLimit,
  ) {}

  /** The plugins that somebody asked for: linked, a dependency of the project, or installed. Each package once. */
  async dependedOn(): Promise<PluginManifest[]> {
    const { linked, project, installed } = this.places;
    const found = await Promise.all([
      ...linked.map(async (folder) => (await readPluginIn(folder)) ?? []),
      pluginsOfProject(project),
      ...installed.map((folder) => pluginsNamedBy(join(folder, 'package.json'))),
    ]);
    return eachOnce(found.flat());
  }

  /** The plugins that only lie where they would be found, and are named as backends. */
  async lyingAround(): Promise<PluginManifest[]> {
    const names = await namedAsBackends([...this.folders(), ...this.beside]);
    const plugins = await Promise.all(names.map((name) => this.byPackage(name)));
    return plugins.filter((plugin) => plugin !== undefined);
  }

  /** All of them, those that somebody asked for first. */
  async all(): Promise<PluginManifest[]> {
    return eachOnce([...(await this.dependedOn()), ...(await this.lyingAround())]);
  }

  async byPackage(name: string): Promise<PluginManifest | undefined> {
    for (const folder of this.places.linked) {
      const plugin = await readPluginIn(folder);
      if (plugin?.package === name) return plugin;
    }
    for (const folder of [...this.folders(), ...this.beside]) {
      const plugin = await readPlugin(name, folder);
      if (plugin !== undefined) return plugin;
    }
    return undefined;
  }

  /** The plugin that brings what goes by that name: of several, the first that is not known to be broken. */
  async announcing(kind: AnnouncedKind, name: string): Promise<PluginManifest | undefined> {
    const plugins = (await this.all()).filter((plugin) => plugin[kind].includes(name));
    return plugins.find(({ problem }) => problem === null) ?? plugins[0];
  }

  /** Every name of a kind that plugins bring. */
  async names(kind: AnnouncedKind): Promise<string[]> {
    return [...new Set((await this.all()).flatMap((plugin) => plugin[kind]))];
  }

  /** Loads the plugin, once, and gives what makes the thing of that name. @throws ForgeError PLUGIN_INVALID */
  async provider<K extends AnnouncedKind>(plugin: PluginManifest, kind: K, name: string): Promise<Providers[K]> {
    const found = await this.optionalProvider(plugin, kind, name);
    if (found !== undefined) return found;
    const message = `${plugin.package} announces the ${kindNames[kind]} ${name} but does not register it.`;
    throw new ForgeError('PLUGIN_INVALID', message, { about: name });
  }

  /** The same of what a plugin may leave out. @throws ForgeError PLUGIN_INVALID where it cannot be loaded */
  async optionalProvider<K extends ProviderKind>(
    plugin: PluginManifest,
    kind: K,
    name: string,
  ): Promise<Providers[K] | undefined> {
    const { container } = await this.load(plugin);
    const token = providerToken(kind, name);
    if (!container.isRegistered(token)) return undefined;
    const make: (...args: never[]) => unknown = container.resolve(token);
    const what = `the ${kindNames[kind]} ${name} of ${labelOf(plugin)}`;
    return ((...args: never[]) => makeProvided(what, () => make(...args), this.loadLimit)) as Providers[K];
  }

  /** The flags that the plugin declares. @throws ForgeError PLUGIN_INVALID */
  async flagsOf(plugin: PluginManifest): Promise<FlagSpecs> {
    return (await this.load(plugin)).flags;
  }

  private load(plugin: PluginManifest): Promise<LoadedPlugin> {
    const loading = this.loaded.get(plugin.package) ?? loadPlugin(plugin, this.container, this.loadLimit);
    this.loaded.set(plugin.package, loading);
    return loading;
  }

  private folders(): readonly string[] {
    return [this.places.project, ...this.places.installed];
  }
}

function eachOnce(plugins: readonly PluginManifest[]): PluginManifest[] {
  const first = new Map<string, PluginManifest>();
  for (const plugin of plugins) if (!first.has(plugin.package)) first.set(plugin.package, plugin);
  return [...first.values()];
}
