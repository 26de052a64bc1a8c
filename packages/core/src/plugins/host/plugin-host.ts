import type { DependencyContainer } from 'tsyringe';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { ForgeError } from '../../errors/forge-error.js';
import {
  type AnnouncedKind,
  kindNames,
  type ProviderKind,
  type Providers,
  providerToken,
} from '../contract/providers.js';
import {
  allPlugins,
  findDependencies,
  findInstalled,
  findUndeclared,
  type PluginPlaces,
  pluginOfPackage,
} from '../discovery/discover-plugins.js';
import { labelOf, type PluginManifest } from '../discovery/plugin-manifest.js';
import { type DiagnosedPlugin, diagnosePlugins } from './diagnose.js';
import type { LoadedPlugin } from './load-plugin.js';

export interface HostOptions {
  /** Time limit for loading a plugin's module, ms. */
  readonly loadLimit: number;
  /** Prints a warning for the user. */
  warn(message: string): void;
}

/** Finds plugins by their manifests, and loads those that are needed, each once. */
export class PluginHost {
  private readonly loaded = new Map<string, Promise<LoadedPlugin>>();
  private readonly warned = new Set<string>();

  /** @param container the parent of each plugin's own container */
  constructor(
    private readonly container: DependencyContainer,
    private readonly places: PluginPlaces,
    private readonly options: HostOptions,
  ) {}

  /** The declared plugins: linked, a dependency of the project, installed with `forge plugins`, or of the program. */
  findDependencies(): Promise<PluginManifest[]> {
    return findDependencies(this.places);
  }

  /** Installed packages that are plugins by their name, whether or not they are declared. */
  findInstalled(): Promise<PluginManifest[]> {
    return findInstalled(this.places);
  }

  /** All plugins, declared ones first. */
  all(): Promise<PluginManifest[]> {
    return allPlugins(this.places);
  }

  byPackage(name: string): Promise<PluginManifest | undefined> {
    return pluginOfPackage(name, this.places);
  }

  /** The first of these packages that is installed and not a plugin. */
  findUndeclared(names: readonly string[]): Promise<PluginManifest | undefined> {
    return findUndeclared(names, this.places);
  }

  /**
   * All plugins with their problems, as far as known without running them.
   * @param commands the command line's own commands, whose names no plugin can use
   */
  async diagnose(commands: readonly string[] = []): Promise<DiagnosedPlugin[]> {
    return diagnosePlugins(await this.all(), commands);
  }

  /** The plugin that declares this name. If several do, the first valid one, with a warning. */
  async announcing(kind: AnnouncedKind, name: string): Promise<PluginManifest | undefined> {
    const plugins = (await this.all()).filter((plugin) => plugin[kind].includes(name));
    const valid = plugins.filter(({ problem }) => problem === null);
    const [first, ...others] = valid;
    if (others.length > 0) {
      const all = valid.map(labelOf).join(' and ');
      this.warnOnce(`${all} provide the ${kindNames[kind]} ${name}; using that of ${first!.package}.`);
    }
    return first ?? plugins[0];
  }

  /** Every name of a kind that plugins declare. */
  async names(kind: AnnouncedKind): Promise<string[]> {
    return [...new Set((await this.all()).flatMap((plugin) => plugin[kind]))];
  }

  /** Loads the plugin, once, and returns the factory function of that name. @throws ForgeError PLUGIN_INVALID */
  async provider<K extends AnnouncedKind>(plugin: PluginManifest, kind: K, name: string): Promise<Providers[K]> {
    const found = await this.optionalProvider(plugin, kind, name);
    if (found !== undefined) return found;
    const message = `${plugin.package} declares the ${kindNames[kind]} ${name} but does not register it.`;
    throw new ForgeError('PLUGIN_INVALID', message, { about: name });
  }

  /** The same for an optional provider. @throws ForgeError PLUGIN_INVALID if the plugin cannot be loaded */
  async optionalProvider<K extends ProviderKind>(
    plugin: PluginManifest,
    kind: K,
    name: string,
  ): Promise<Providers[K] | undefined> {
    const { container } = await this.load(plugin);
    const token = providerToken(kind, name);
    if (!container.isRegistered(token)) return undefined;
    const make: (...args: never[]) => unknown = container.resolve(token);
    const { checkProvided } = await import('./check-provided.js');
    const { makeProvided } = await import('./make-provided.js');
    const what = `the ${kindNames[kind]} ${name} of ${labelOf(plugin)}`;
    return (async (...args: never[]) => {
      const made = await makeProvided(what, () => make(...args), this.options.loadLimit);
      checkProvided(kind, what, made);
      return made;
    }) as Providers[K];
  }

  /** The plugin's flags. @throws ForgeError PLUGIN_INVALID */
  async flagsOf(plugin: PluginManifest): Promise<FlagSpecs> {
    return (await this.load(plugin)).flags;
  }

  private load(plugin: PluginManifest): Promise<LoadedPlugin> {
    const loading = this.loaded.get(plugin.package) ?? this.loadNow(plugin);
    this.loaded.set(plugin.package, loading);
    return loading;
  }

  private async loadNow(plugin: PluginManifest): Promise<LoadedPlugin> {
    const { loadPlugin } = await import('./load-plugin.js');
    return loadPlugin(plugin, this.container, this.options.loadLimit);
  }

  private warnOnce(message: string): void {
    if (!this.warned.has(message)) this.options.warn(message);
    this.warned.add(message);
  }
}
