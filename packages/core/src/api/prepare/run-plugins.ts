import type { FlagSpecs } from '../../config/flags/flag.js';
import type { FlagDeclaration } from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import { labelOf, type PluginManifest } from '../../plugins/discovery/plugin-manifest.js';
import type { FoundProvider } from '../../plugins/registry/provider-registry.js';
import type { Services } from '../services/services.js';
import { findCheckpointStore, type RequestedStore } from './checkpoint-store-of-run.js';

interface RequestedPlugin<K extends 'sinks' | 'hooks'> {
  readonly name: string;
  readonly make: FoundProvider<K>['make'];
  /** The flags of its plugin. */
  readonly flags: FlagSpecs;
}

/** The sinks and hooks of plugins that a run uses, and their plugins' flags. */
export interface RunPlugins {
  readonly sinks: readonly RequestedPlugin<'sinks'>[];
  readonly hooks: readonly RequestedPlugin<'hooks'>[];
  readonly checkpointStore: RequestedStore;
  /** Each plugin once. */
  readonly declarations: readonly FlagDeclaration[];
}

/**
 * Loads the plugins whose sinks, hooks and checkpoint store a run uses.
 * @param asked the values of `--sink`, `--hook` and `--checkpoint-store`
 * @param run the run that is resumed, as messages call it
 * @throws ForgeError USAGE for a name that nothing installed goes by; PLUGIN_INVALID
 */
export async function runPlugins(
  services: Services,
  asked: { readonly sink: string | null; readonly hook: string | null; readonly checkpointStore: string },
  run?: string,
): Promise<RunPlugins> {
  const host = services.plugins;
  const declarations = new Map<string, FlagDeclaration>();
  const flagsOf = async (plugin: PluginManifest | null) => {
    if (plugin === null) return {};
    const flags = await host.flagsOf(plugin);
    declarations.set(plugin.package, { by: labelOf(plugin), flags });
    return flags;
  };
  requireNames('sink', asked.sink);
  requireNames('hook', asked.hook);
  const sinks: RequestedPlugin<'sinks'>[] = [];
  for (const name of splitNames(asked.sink)) {
    const { make, plugin } = await services.sinks.find(name);
    sinks.push({ name, make, flags: await flagsOf(plugin) });
  }
  const hooks: RequestedPlugin<'hooks'>[] = [];
  for (const name of splitNames(asked.hook)) {
    const { make, plugin } = await services.hooks.find(name);
    hooks.push({ name, make, flags: await flagsOf(plugin) });
  }
  const checkpointStore = await findCheckpointStore(services, asked.checkpointStore, run);
  await flagsOf(checkpointStore.plugin);
  return { sinks, hooks, checkpointStore, declarations: [...declarations.values()] };
}

/** @throws ForgeError FLAG_INVALID for a list that has no name, and is not `none`: it would be without effect */
export function requireNames(flag: string, list: string | null): void {
  if (list === null || /[^,\s]/.test(list)) return;
  throw new ForgeError('FLAG_INVALID', `--${flag} ${JSON.stringify(list)} names nothing.`, {
    about: flag,
    hint: `Name one or more, separated by commas, or write --${flag} none.`,
  });
}

/** Names with commas between them; `none` is no name, and overrides a project file. */
export function splitNames(list: string | null): string[] {
  const names = (list ?? '').split(',').map((name) => name.trim());
  return [...new Set(names)].filter((name) => name !== '' && name !== 'none');
}
