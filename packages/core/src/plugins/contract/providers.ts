import type { InjectionToken } from 'tsyringe';
import type { Backend } from '../../backend/backend.js';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';
import type { DatasetReader } from '../../data/pipeline/dataset-reader.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import type { Json, Step } from '../../preprocessing/steps/step.js';
import type { Sampler, SamplerRequest } from '../../sweep/samplers/sampler.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import type { JobLauncher } from '../../train/launch/job-launcher.js';
import type { Launcher } from '../../train/launch/launcher.js';
import type { CheckpointStoreRequest } from './checkpoint-store-request.js';
import type { Exporter } from './exporter.js';
import type { PluginCommand } from './plugin-command.js';
import type { PluginRun } from './plugin-run.js';
import type { Predictor } from './predictor.js';

type Made<T> = T | Promise<T>;

/**
 * What a plugin can provide, by kind: for each name a factory function, called only when needed. It may be asynchronous,
 * to import heavy modules inside.
 */
export interface Providers<F extends FlagSpecs = FlagSpecs> {
  /** Named by `--backend`. */
  readonly backends: () => Made<Backend>;
  /** Named after the backend whose checkpoints it runs, for `forge predict --no-code`. */
  readonly predictors: () => Made<Predictor>;
  /** Named by `forge export --format`. */
  readonly exporters: () => Made<Exporter>;
  /** Additional destinations for a run's metrics, named by `--sink`. */
  readonly sinks: (run: PluginRun<F>) => Made<MetricSink>;
  /** Callbacks during a run, named by `--hook`. */
  readonly hooks: (run: PluginRun<F>) => Made<RunHooks>;
  /** Named by `--launcher`: starts single processes (`launch`), batches of jobs (port 2), or both. */
  readonly launchers: (settings: LauncherSettings<F>) => Made<Launcher | JobLauncher | (Launcher & JobLauncher)>;
  /** Chooses the parameters of a sweep's trials, named by `forge sweep --method`. */
  readonly samplers: (request: SamplerRequest) => Made<Sampler>;
  /** Where a run's checkpoints are stored, named by `--checkpoint-store`. */
  readonly checkpointStores: (request: CheckpointStoreRequest<F>) => Made<CheckpointStore>;
  /** Named by the format of `Forge.openDataset`. */
  readonly readers: () => Made<DatasetReader>;
  /** Steps of preprocessing, named by their kind in `preprocessing/<name>.json`. */
  readonly steps: () => Made<Step<Json, Json>>;
  /** Named `topic:name`, as typed after `forge`. */
  readonly commands: () => Made<PluginCommand>;
}

/** What a launcher is made with. */
export interface LauncherSettings<F extends FlagSpecs = FlagSpecs> {
  readonly flags: FlagValues<F>;
  /** How many jobs a sweep runs at once (`--workers`), where it says so. */
  readonly workers?: number;
}

export type ProviderKind = keyof Providers;

/** The kinds that the `forge` key of a package.json declares, a list of names each. Predictors are found by backend. */
export const announcedKinds = [
  'backends',
  'sinks',
  'hooks',
  'checkpointStores',
  'launchers',
  'samplers',
  'readers',
  'steps',
  'exporters',
  'commands',
] as const;
export type AnnouncedKind = (typeof announcedKinds)[number];

export const providerKinds: readonly ProviderKind[] = [...announcedKinds, 'predictors'];

/** The name of each kind in messages. */
export const kindNames: Readonly<Record<ProviderKind, string>> = {
  backends: 'backend',
  predictors: 'predictor',
  exporters: 'export format',
  sinks: 'metric sink',
  hooks: 'hook',
  checkpointStores: 'checkpoint store',
  launchers: 'launcher',
  samplers: 'sampler',
  readers: 'dataset reader',
  steps: 'step of preprocessing',
  commands: 'command',
};

/** The token that a provider is registered under. A `Symbol.for`, shared by all copies of this package. */
export function providerToken<K extends ProviderKind>(kind: K, name: string): InjectionToken<Providers[K]> {
  return Symbol.for(`forge-ml.${kind}.${name}`);
}
