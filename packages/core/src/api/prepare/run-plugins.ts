import type { FlagSpecs } from '../../config/flags/flag.js';
import { nameList } from '../../config/flags/name-list.js';
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
  const sinks: RequestedPlugin<'sinks'>[] = [];
  for (const name of splitNames('sink', asked.sink)) {
    const { make, plugin } = await services.sinks.find(name);
    sinks.push({ name, make, flags: await flagsOf(plugin) });
  }
  const hooks: RequestedPlugin<'hooks'>[] = [];
  for (const name of splitNames('hook', asked.hook)) {
    const { make, plugin } = await services.hooks.find(name);
    hooks.push({ name, make, flags: await flagsOf(plugin) });
  }
  const checkpointStore = await findCheckpointStore(services, asked.checkpointStore, run);
  await flagsOf(checkpointStore.plugin);
  return { sinks, hooks, checkpointStore, declarations: [...declarations.values()] };
}

/**
 * The names of a flag's list. `none`, which overrides a project file, is no name.
 * @throws ForgeError FLAG_INVALID for an empty part, and for `none` beside names
 */
export function splitNames(flag: string, list: string | null): string[] {
  if (list === null) return [];
  const names = nameList(list, `--${flag}`);
  if (!names.includes('none')) return names;
  if (names.length === 1) return [];
  throw new ForgeError('FLAG_INVALID', `--${flag} ${JSON.stringify(list)} has none beside names.`, {
    about: flag,
    hint: `Write --${flag} none alone, or remove it from the list.`,
  });
}
