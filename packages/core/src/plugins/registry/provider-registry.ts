import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { type AnnouncedKind, kindNames, type Providers } from '../contract/providers.js';
import type { PluginManifest } from '../discovery/plugin-manifest.js';
import type { PluginHost } from '../host/plugin-host.js';

export interface FoundProvider<K extends AnnouncedKind> {
  readonly make: Providers[K];
  /** The plugin that provides it; null for a builtin. */
  readonly plugin: PluginManifest | null;
}

export interface RegistryOptions<K extends AnnouncedKind> {
  readonly kind: K;
  /** The flag that selects one, if any. */
  readonly flag: string | null;
  /** The providers in Forge itself. */
  readonly builtins: Readonly<Record<string, Providers[K]>>;
  /** The command in hints to install a missing one. */
  readonly installCommand: string;
  /** The packages of those that are published with Forge, by name. Hints must not name other packages. */
  readonly published?: ReadonlyMap<string, string> | undefined;
}

/** Finds providers by name, builtin or of a plugin; loads a plugin only when one of its providers is needed. */
export class ProviderRegistry<K extends AnnouncedKind> {
  constructor(
    private readonly plugins: PluginHost,
    private readonly options: RegistryOptions<K>,
  ) {}

  /** All available names. */
  async names(): Promise<string[]> {
    const { builtins, kind } = this.options;
    return [...new Set([...Object.keys(builtins), ...(await this.plugins.names(kind))])];
  }

  /**
   * @param neededBy the run that needs it, for messages
   * @throws ForgeError USAGE listing the available names, or saying how to install what a run needs; PLUGIN_INVALID
   */
  async find(name: string, neededBy?: string): Promise<FoundProvider<K>> {
    const { builtins, kind } = this.options;
    if (Object.hasOwn(builtins, name)) return { make: builtins[name]!, plugin: null };
    const plugin = await this.plugins.announcing(kind, name);
    if (plugin === undefined) {
      throw neededBy === undefined ? this.unknown(name, await this.names()) : this.notInstalled(name, neededBy);
    }
    return { make: await this.plugins.provider(plugin, kind, name), plugin };
  }

  private notInstalled(name: string, neededBy: string): ForgeError {
    const { kind, flag, installCommand, published } = this.options;
    const message = `${neededBy} needs the ${kindNames[kind]} ${JSON.stringify(name)}, which is not installed.`;
    const publishedIn = published?.get(name);
    const hint =
      publishedIn === undefined
        ? `Install the plugin that provides it: ${installCommand} PACKAGE`
        : `Install it: ${installCommand} ${publishedIn}`;
    return new ForgeError('USAGE', message, { about: flag ?? name, hint });
  }

  private unknown(name: string, names: readonly string[]): ForgeError {
    const { kind, flag, installCommand, published } = this.options;
    const publishedIn = published?.get(name);
    if (publishedIn !== undefined) {
      return new ForgeError('USAGE', `The ${kindNames[kind]} "${name}" is not installed.`, {
        about: flag ?? name,
        hint: `Install it: ${installCommand} ${publishedIn}`,
      });
    }
    const prefix = flag === null ? '' : `--${flag} `;
    const available = names.length === 0 ? 'None is installed.' : `Available: ${names.join(', ')}.`;
    const nearest = nearestName(name, names);
    const fallback =
      names.length === 0
        ? `Install a plugin that provides it: ${installCommand} PACKAGE`
        : `Name one: ${prefix}${names.join('|')}.`;
    return new ForgeError('USAGE', `There is no ${kindNames[kind]} "${name}". ${available}`, {
      about: flag ?? name,
      hint: nearest === undefined ? fallback : `Did you mean ${prefix}${nearest}?`,
    });
  }
}
