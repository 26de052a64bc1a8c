import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { PluginHost } from '../../plugins/host/plugin-host.js';
import type { BackendRegistry } from '../../plugins/registry/backend-registry.js';
import type { CommandRegistry } from '../../plugins/registry/command-registry.js';
import type { ProviderRegistry } from '../../plugins/registry/provider-registry.js';
import type { Environment } from './environment.js';

/** What the parts of the library are given, put together once by `createServices`. */
export interface Services {
  readonly environment: Environment;
  readonly plugins: PluginHost;
  readonly backends: BackendRegistry;
  readonly commands: CommandRegistry;
  readonly exporters: ProviderRegistry<'exporters'>;
  readonly sinks: ProviderRegistry<'sinks'>;
  readonly hooks: ProviderRegistry<'hooks'>;
  readonly readers: ProviderRegistry<'readers'>;
  readonly steps: ProviderRegistry<'steps'>;
  readonly launchers: ProviderRegistry<'launchers'>;
  readonly samplers: ProviderRegistry<'samplers'>;
  readonly checkpointStores: ProviderRegistry<'checkpointStores'>;
  /** Opens the checkpoints in a run's folder, as plain files. */
  readonly checkpoints: (run: string) => CheckpointStore;
}
