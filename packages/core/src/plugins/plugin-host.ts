import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { loadPlugin } from './load-plugin.js';
import { namedAsBackends } from './named-as-backends.js';
import { type PluginManifest, pluginsNamedBy, pluginsOfProject, readPlugin, readPluginIn } from './plugin-manifest.js';

/** Where plugins are looked for, in this order. */
export interface PluginPlaces {
  /** Plugins that are used from where they lie: their packages' folders. */
  readonly linked: readonly string[];
  /** The folder whose project, or one above it, depends on plugins. */
  readonly project: string;
  /** Folders that plugins are installed in, named by the package.json there. */
  readonly installed: readonly string[];
}

/** Finds the installed plugins by what they say of themselves, and loads those that are needed, each once. */
export class PluginHost {
  private readonly loaded = new Set<string>();

  /**
   * @param container what plugins register on
   * @param beside where else packages may be installed: where this one is, for whoever has core there has its
   * backends there too
   */
  constructor(
    private readonly container: DependencyContainer,
    private readonly places: PluginPlaces,
    private readonly beside: readonly string[] = [fileURLToPath(new URL('.', import.meta.url))],
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

  /** Loads a plugin, once, and gives what all loaded ones have registered. @throws ForgeError PLUGIN_INVALID */
  async registered<T>(plugin: PluginManifest, token: InjectionToken<T>): Promise<T[]> {
    if (!this.loaded.has(plugin.package)) {
      await loadPlugin(plugin, this.container);
      this.loaded.add(plugin.package);
    }
    return this.container.isRegistered(token, true) ? this.container.resolveAll(token) : [];
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
