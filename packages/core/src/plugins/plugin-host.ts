import { fileURLToPath } from 'node:url';
import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { loadPlugin } from './load-plugin.js';
import { namedAsBackends } from './named-as-backends.js';
import { discoverPlugins, type PluginManifest, readPlugin } from './plugin-manifest.js';

/** Finds the installed plugins by what they say of themselves, and loads those that are needed, each once. */
export class PluginHost {
  private readonly loaded = new Set<string>();

  /**
   * @param container what plugins register on
   * @param folders where the search for what a project depends on begins
   * @param beside where else packages may be installed: where this one is, for whoever has core there has its
   * backends there too
   */
  constructor(
    private readonly container: DependencyContainer,
    private readonly folders: readonly string[],
    private readonly beside: readonly string[] = [fileURLToPath(new URL('.', import.meta.url))],
  ) {}

  /** The plugins that a project depends on. */
  dependedOn(): Promise<PluginManifest[]> {
    return discoverPlugins(this.folders);
  }

  /** The plugins that only lie where they would be found, and are named as backends. */
  async lyingAround(): Promise<PluginManifest[]> {
    const names = await namedAsBackends([...this.folders, ...this.beside]);
    const plugins = await Promise.all(names.map((name) => this.byPackage(name)));
    return plugins.filter((plugin) => plugin !== undefined);
  }

  /** All of them, those a project depends on first. */
  async all(): Promise<PluginManifest[]> {
    const depended = await this.dependedOn();
    const packages = new Set(depended.map((plugin) => plugin.package));
    return [...depended, ...(await this.lyingAround()).filter((plugin) => !packages.has(plugin.package))];
  }

  async byPackage(name: string): Promise<PluginManifest | undefined> {
    for (const folder of [...this.folders, ...this.beside]) {
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
}
