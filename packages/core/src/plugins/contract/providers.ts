import type { InjectionToken } from 'tsyringe';
import type { Backend } from '../../backend/backend.js';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';
import type { DatasetReader } from '../../data/dataset-reader.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import type { Launcher } from '../../train/launch/launcher.js';
import type { CheckpointStoreRequest } from './checkpoint-store-request.js';
import type { Exporter } from './exporter.js';
import type { PluginCommand } from './plugin-command.js';
import type { PluginRun } from './plugin-run.js';
import type { Predictor } from './predictor.js';

type Made<T> = T | Promise<T>;

/**
 * What a plugin may bring, by kind: for each name a function that makes it, called only when it is asked for. It may
 * be asynchronous, so that what is heavy is imported inside.
 */
export interface Providers<F extends FlagSpecs = FlagSpecs> {
  /** By what `--backend` takes. */
  readonly backends: () => Made<Backend>;
  /** By the name of the backend whose checkpoints it runs, for `forge predict --no-code`. */
  readonly predictors: () => Made<Predictor>;
  /** By what `forge export --format` takes. */
  readonly exporters: () => Made<Exporter>;
  /** More places for a run's metrics to go, by what `--sink` takes. */
  readonly sinks: (run: PluginRun<F>) => Made<MetricSink>;
  /** What is called as a run goes on, by what `--hook` takes. */
  readonly hooks: (run: PluginRun<F>) => Made<RunHooks>;
  /** By what `--launcher` takes. */
  readonly launchers: (settings: { readonly flags: FlagValues<F> }) => Made<Launcher>;
  /** Where a run's checkpoints are stored, by what `--checkpoint-store` takes. */
  readonly checkpointStores: (request: CheckpointStoreRequest<F>) => Made<CheckpointStore>;
  /** By the format that `Forge.openDataset` takes. */
  readonly readers: () => Made<DatasetReader>;
  /** By `topic:name`, as it is typed after `forge`. */
  readonly commands: () => Made<PluginCommand>;
}

export type ProviderKind = keyof Providers;

/** What stands in the `forge` key, a list of names for each. Predictors are found by their backend. */
export const announcedKinds = [
  'backends',
  'sinks',
  'hooks',
  'checkpointStores',
  'launchers',
  'readers',
  'exporters',
  'commands',
] as const;
export type AnnouncedKind = (typeof announcedKinds)[number];

export const providerKinds: readonly ProviderKind[] = [...announcedKinds, 'predictors'];

/** One thing of a kind, in words. */
export const kindNames: Readonly<Record<ProviderKind, string>> = {
  backends: 'backend',
  predictors: 'predictor',
  exporters: 'export format',
  sinks: 'metric sink',
  hooks: 'hook',
  checkpointStores: 'checkpoint store',
  launchers: 'launcher',
  readers: 'dataset reader',
  commands: 'command',
};

/** The token that a provider is registered under. By `Symbol.for`: a second copy of this package has the same ones. */
export function providerToken<K extends ProviderKind>(kind: K, name: string): InjectionToken<Providers[K]> {
  return Symbol.for(`forge-ml.${kind}.${name}`);
}
