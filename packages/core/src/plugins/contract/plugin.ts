import type { DependencyContainer } from 'tsyringe';
import { checkFlags } from '../../config/flags/check-flags.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { checkOptions } from '../../errors/check-options.js';
import { type ProviderKind, type Providers, providerKinds } from './providers.js';

/** The version of the plugin interface. A plugin built for another version is refused. */
export const pluginPort = 1;

type Provided<F extends FlagSpecs> = {
  readonly [Kind in ProviderKind]?: Readonly<Record<string, Providers<F>[Kind]>>;
};

/**
 * The default export of a plugin module. Its package.json also declares each name that it provides, so that Forge can
 * list plugins, and find the one that is needed, without running any:
 *
 * ```json
 * "forge": { "plugin": "./dist/plugin.js", "port": 1, "backends": ["numeric"], "sinks": ["mlflow"], "flags": ["mlflowUrl"] }
 * ```
 */
export interface Plugin<F extends FlagSpecs = FlagSpecs> extends Provided<F> {
  readonly port: typeof pluginPort;
  /**
   * Flags of `forge train`, available if the plugin's backend or one of its sinks, hooks, checkpoint stores or launchers
   * is used. The run stores their values: put a password into an environment variable instead.
   */
  readonly flags?: F;
  /**
   * Registers providers whose names are known only after the plugin was loaded. Not needed for the fields above.
   * @param container for this plugin only: `container.register(providerToken('backends', name), { useValue: make })`
   */
  register?(container: DependencyContainer): void;
}

export function definePlugin<F extends FlagSpecs = Record<never, never>>(plugin: Plugin<F>): Plugin<F> {
  checkPlugin(plugin);
  return plugin;
}

/** Refuses unknown fields and invalid flags. @throws ForgeError PLUGIN_INVALID naming the field or flag */
export function checkPlugin(plugin: Pick<Plugin, 'flags'>): void {
  const fields = ['port', 'flags', 'register', ...providerKinds];
  checkOptions(plugin, fields, { of: 'definePlugin({ … })', code: 'PLUGIN_INVALID', noun: 'field' });
  if (plugin.flags !== undefined) checkFlags(plugin.flags, 'definePlugin({ … })', 'PLUGIN_INVALID');
}
