import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { type AnnouncedKind, kindNames, type Providers } from '../contract/providers.js';
import type { PluginManifest } from '../discovery/plugin-manifest.js';
import type { PluginHost } from '../host/plugin-host.js';

export interface FoundProvider<K extends AnnouncedKind> {
  readonly make: Providers[K];
  /** Who brings it; null where Forge itself does. */
  readonly plugin: PluginManifest | null;
}

export interface RegistryOptions<K extends AnnouncedKind> {
  readonly kind: K;
  /** The flag that names one, where it is a flag. */
  readonly flag: string | null;
  /** What Forge itself brings. */
  readonly builtins: Readonly<Record<string, Providers[K]>>;
  /** What hints tell to install a missing one with. */
  readonly installCommand: string;
}

/** Finds what goes by a name, Forge's builtins or a plugin's; a plugin is loaded only when something of it is asked for. */
export class ProviderRegistry<K extends AnnouncedKind> {
  constructor(
    private readonly plugins: PluginHost,
    private readonly options: RegistryOptions<K>,
  ) {}

  /** Every name there is. */
  async names(): Promise<string[]> {
    const { builtins, kind } = this.options;
    return [...new Set([...Object.keys(builtins), ...(await this.plugins.names(kind))])];
  }

  /**
   * @param neededBy the run that cannot do without it, as messages call it
   * @throws ForgeError USAGE naming what there is, or how to install what a run needs; PLUGIN_INVALID
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
    const { kind, flag, installCommand } = this.options;
    const message = `${neededBy} needs the ${kindNames[kind]} ${JSON.stringify(name)}, which is not installed.`;
    const hint = `Install the plugin that provides it: ${installCommand} PACKAGE`;
    return new ForgeError('USAGE', message, { about: flag ?? name, hint });
  }

  private unknown(name: string, names: readonly string[]): ForgeError {
    const { kind, flag, installCommand } = this.options;
    const named = flag === null ? '' : `--${flag} `;
    const all = names.length === 0 ? 'none is installed' : `there is ${names.join(', ')}`;
    const nearest = nearestName(name, names);
    const otherwise =
      names.length === 0
        ? `Install a plugin that brings it: ${installCommand} PACKAGE`
        : `Name one: ${named}${names.join('|')}.`;
    return new ForgeError('USAGE', `There is no ${kindNames[kind]} "${name}"; ${all}.`, {
      about: flag ?? name,
      hint: nearest === undefined ? otherwise : `Did you mean ${named}${nearest}?`,
    });
  }
}
