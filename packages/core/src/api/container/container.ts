import 'reflect-metadata';
import { join } from 'node:path';
import { type DependencyContainer, type InjectionToken, container as root } from 'tsyringe';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { projectRoot } from '../../config/project/project-root.js';
import { builtins } from '../../plugins/builtins/builtins.js';
import type { AnnouncedKind } from '../../plugins/contract/providers.js';
import { PluginHost } from '../../plugins/host/plugin-host.js';
import { BackendRegistry } from '../../plugins/registry/backend-registry.js';
import { CommandRegistry } from '../../plugins/registry/command-registry.js';
import { ProviderRegistry } from '../../plugins/registry/provider-registry.js';
import type { Environment } from './environment.js';

export const ENVIRONMENT: InjectionToken<Environment> = Symbol.for('forge-ml.token.workplace');
export const BACKENDS: InjectionToken<BackendRegistry> = Symbol.for('forge-ml.token.backends');
export const COMMANDS: InjectionToken<CommandRegistry> = Symbol.for('forge-ml.token.commands');
export const EXPORTERS: InjectionToken<ProviderRegistry<'exporters'>> = Symbol.for('forge-ml.token.exporters');
export const SINKS: InjectionToken<ProviderRegistry<'sinks'>> = Symbol.for('forge-ml.token.sinks');
export const HOOKS: InjectionToken<ProviderRegistry<'hooks'>> = Symbol.for('forge-ml.token.hooks');
export const READERS: InjectionToken<ProviderRegistry<'readers'>> = Symbol.for('forge-ml.token.readers');
export const LAUNCHERS: InjectionToken<ProviderRegistry<'launchers'>> = Symbol.for('forge-ml.token.launchers');
export const PLUGINS: InjectionToken<PluginHost> = Symbol.for('forge-ml.token.plugins');
export const CHECKPOINTS: InjectionToken<(run: string) => CheckpointStore> = Symbol.for('forge-ml.token.checkpoints');

/** The one place where parts are put together. Each invocation gets a container of its own. */
export function createContainer(workplace: Environment): DependencyContainer {
  const container = root.createChildContainer();
  container.register(ENVIRONMENT, { useValue: workplace });
  const { directory, pluginFolders, linkedPlugins, installCommand, pluginSeconds, warn } = workplace;
  const places = { linked: linkedPlugins, project: projectRoot(directory).start, installed: pluginFolders };
  const plugins = new PluginHost(container, places, { loadLimit: pluginSeconds * 1000, warn });
  container.register(BACKENDS, { useValue: new BackendRegistry(plugins, installCommand) });
  container.register(PLUGINS, { useValue: plugins });
  const registry = <K extends AnnouncedKind>(kind: K, flag: string | null) => ({
    useValue: new ProviderRegistry(plugins, { kind, flag, own: builtins[kind], installCommand }),
  });
  container.register(EXPORTERS, registry('exporters', 'format'));
  container.register(SINKS, registry('sinks', 'sink'));
  container.register(HOOKS, registry('hooks', 'hook'));
  container.register(LAUNCHERS, registry('launchers', 'launcher'));
  container.register(READERS, registry('readers', null));
  container.register(COMMANDS, { useValue: new CommandRegistry(plugins) });
  container.register(CHECKPOINTS, { useValue: (run) => new FileCheckpointStore(join(run, 'checkpoints')) });
  return container;
}
