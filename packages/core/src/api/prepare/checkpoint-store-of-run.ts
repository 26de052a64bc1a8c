import { join } from 'node:path';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { plainValues, type ResolvedFlags, resolveFlags } from '../../config/flags/resolve-flags.js';
import type { CheckpointStoreRequest } from '../../plugins/contract/checkpoint-store-request.js';
import { labelOf } from '../../plugins/discovery/plugin-manifest.js';
import { CheckedStore } from '../../plugins/host/checked-store.js';
import type { FoundProvider } from '../../plugins/registry/provider-registry.js';
import { storeNameOf } from '../../run/record/flags-file.js';
import type { Services } from '../services/services.js';

/** A checkpoint store that was asked for, found but not opened. */
export interface RequestedStore extends FoundProvider<'checkpointStores'> {
  readonly name: string;
  /** The flags of the plugin that provides it. */
  readonly flags: FlagSpecs;
}

/** @param run the run that was made with it, where it is one that exists, as messages call it */
export async function findCheckpointStore(services: Services, name: string, run?: string): Promise<RequestedStore> {
  const found = await services.checkpointStores.find(name, run);
  const flags = found.plugin === null ? {} : await services.plugins.flagsOf(found.plugin);
  return { ...found, name, flags };
}

/**
 * Opens the store of a run's checkpoints. What a plugin's returns is checked.
 * @param run its folder
 * @param values of the plugin's flags, among others
 * @throws ForgeError PLUGIN_INVALID, or the store's own
 */
export async function openCheckpointStore(
  services: Services,
  run: string,
  { name, make, plugin, flags }: RequestedStore,
  values: Readonly<Record<string, unknown>>,
): Promise<CheckpointStore> {
  const { warn } = services.environment;
  const folder = join(run, 'checkpoints');
  const own = Object.fromEntries(Object.keys(flags).map((flag) => [flag, values[flag]]));
  const files = services.checkpoints(run);
  const store = await make({ folder, files, flags: own as CheckpointStoreRequest['flags'], warn });
  if (plugin === null) return store;
  return new CheckedStore(store, `the checkpoint store ${name} of ${labelOf(plugin)}`, folder);
}

/**
 * Opens the store that a run was made with, as its flags say.
 * @throws ForgeError USAGE saying how to install it
 */
export async function reopenCheckpointStore(
  services: Services,
  run: string,
  stored: ResolvedFlags,
): Promise<CheckpointStore> {
  const requested = await findCheckpointStore(services, storeNameOf(stored), run);
  const own = { source: 'run', values: plainValues(stored), ignoreUnknown: true } as const;
  return openCheckpointStore(services, run, requested, plainValues(resolveFlags(requested.flags, [own])));
}
