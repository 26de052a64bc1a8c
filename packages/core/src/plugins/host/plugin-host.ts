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
import { checkProvided } from './check-provided.js';
import { type DiagnosedPlugin, diagnosePlugins } from './diagnose.js';
import { type LoadedPlugin, loadPlugin } from './load-plugin.js';
import { makeProvided } from './make-provided.js';

export interface HostOptions {
  /** How long a plugin's module may take to load, ms. */
  readonly loadLimit: number;
  /** Takes a line that a person should see. */
  warn(message: string): void;
}

/** Finds the installed plugins by what they say of themselves, and loads those that are needed, each once. */
export class PluginHost {
  private readonly loaded = new Map<string, Promise<LoadedPlugin>>();
  private readonly warned = new Set<string>();

  /** @param container what each plugin is given one of its own below */
  constructor(
    private readonly container: DependencyContainer,
    private readonly places: PluginPlaces,
    private readonly options: HostOptions,
  ) {}

  /** The plugins that somebody asked for: linked, a dependency of the project, or installed. */
  findDependencies(): Promise<PluginManifest[]> {
    return findDependencies(this.places);
  }

  /** The plugins that only lie where they would be found, and are named as such. */
  findInstalled(): Promise<PluginManifest[]> {
    return findInstalled(this.places);
  }

  /** All of them, those that somebody asked for first. */
  all(): Promise<PluginManifest[]> {
    return allPlugins(this.places);
  }

  byPackage(name: string): Promise<PluginManifest | undefined> {
    return pluginOfPackage(name, this.places);
  }

  /** The first package of these names that is installed and is no plugin. */
  findUndeclared(names: readonly string[]): Promise<PluginManifest | undefined> {
    return findUndeclared(names, this.places);
  }

  /**
   * All of them, with what is wrong with each as far as that is known without running it.
   * @param commands those of the command line, whose names no plugin can take
   */
  async diagnose(commands: readonly string[] = []): Promise<DiagnosedPlugin[]> {
    return diagnosePlugins(await this.all(), commands);
  }

  /** The plugin that brings what goes by that name: of several, with a warning, the first not known to be broken. */
  async announcing(kind: AnnouncedKind, name: string): Promise<PluginManifest | undefined> {
    const plugins = (await this.all()).filter((plugin) => plugin[kind].includes(name));
    const sound = plugins.filter(({ problem }) => problem === null);
    const [first, ...others] = sound;
    if (others.length > 0) {
      const all = sound.map(labelOf).join(' and ');
      this.warnOnce(`${all} bring the ${kindNames[kind]} ${name}; that of ${first!.package} is used.`);
    }
    return first ?? plugins[0];
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
    return (async (...args: never[]) => {
      const made = await makeProvided(what, () => make(...args), this.options.loadLimit);
      checkProvided(kind, what, made);
      return made;
    }) as Providers[K];
  }

  /** The flags that the plugin declares. @throws ForgeError PLUGIN_INVALID */
  async flagsOf(plugin: PluginManifest): Promise<FlagSpecs> {
    return (await this.load(plugin)).flags;
  }

  private load(plugin: PluginManifest): Promise<LoadedPlugin> {
    const loading = this.loaded.get(plugin.package) ?? loadPlugin(plugin, this.container, this.options.loadLimit);
    this.loaded.set(plugin.package, loading);
    return loading;
  }

  private warnOnce(message: string): void {
    if (!this.warned.has(message)) this.options.warn(message);
    this.warned.add(message);
  }
}
