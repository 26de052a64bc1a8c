import type { DependencyContainer } from 'tsyringe';
import { checkFlags } from '../../config/flags/check-flags.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { checkOptions } from '../../errors/check-options.js';
import { type ProviderKind, type Providers, providerKinds } from './providers.js';

/** The version of the plugin interface; a package built for another is refused by name. */
export const pluginPort = 1;

type Brought<F extends FlagSpecs> = {
  readonly [Kind in ProviderKind]?: Readonly<Record<string, Providers<F>[Kind]>>;
};

/**
 * What a plugin module exports by default. Each name that it brings also stands in its package.json, so that lists are
 * made, and the one plugin that is needed is found, without running any:
 *
 * ```json
 * "forge": { "plugin": "./dist/plugin.js", "port": 1, "backends": ["numeric"], "sinks": ["mlflow"], "flags": ["mlflowUrl"] }
 * ```
 */
export interface Plugin<F extends FlagSpecs = FlagSpecs> extends Brought<F> {
  readonly port: typeof pluginPort;
  /**
   * Flags that `forge train` takes where the plugin's backend or one of its sinks, hooks, checkpoint stores or launchers is
   * in use. Their values are kept with the run: a password belongs into an environment variable.
   */
  readonly flags?: F;
  /**
   * For names that are known only once the plugin is loaded; what has a field above needs none of this.
   * @param container of this plugin alone: `container.register(providerToken('backends', name), { useValue: make })`
   */
  register?(container: DependencyContainer): void;
}

export function definePlugin<F extends FlagSpecs = Record<never, never>>(plugin: Plugin<F>): Plugin<F> {
  checkPlugin(plugin);
  return plugin;
}

/** Refuses fields that nothing reads, and flags that are none. @throws ForgeError PLUGIN_INVALID naming the field or flag */
export function checkPlugin(plugin: Pick<Plugin, 'flags'>): void {
  const fields = ['port', 'flags', 'register', ...providerKinds];
  checkOptions(plugin, fields, { of: 'definePlugin({ … })', code: 'PLUGIN_INVALID', noun: 'field' });
  if (plugin.flags !== undefined) checkFlags(plugin.flags, 'definePlugin({ … })', 'PLUGIN_INVALID');
}
