import { join } from 'node:path';
import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { projectRoot } from '../../config/project/project-root.js';
import { requirePackage } from '../../fs/require-package.js';
import { builtins } from '../../plugins/builtins/builtins.js';
import type { AnnouncedKind } from '../../plugins/contract/providers.js';
import { publishedLaunchers, publishedReaders, publishedSteps } from '../../plugins/discovery/published-packages.js';
import { PluginHost } from '../../plugins/host/plugin-host.js';
import { BackendRegistry } from '../../plugins/registry/backend-registry.js';
import { CommandRegistry } from '../../plugins/registry/command-registry.js';
import { ProviderRegistry } from '../../plugins/registry/provider-registry.js';
import type { Environment } from './environment.js';
import type { Services } from './services.js';

requirePackage('reflect-metadata');
const { instanceCachingFactory, container: root } = requirePackage('tsyringe');

type Tokens = { readonly [S in keyof Services]: InjectionToken<Services[S]> };

/** By the service's name, so that a second copy of core finds what the first registered. */
const token = (name: keyof Services) => Symbol.for(`forge-ml.service.${name}`);

const tokens: Tokens = {
  environment: token('environment'),
  plugins: token('plugins'),
  backends: token('backends'),
  commands: token('commands'),
  exporters: token('exporters'),
  sinks: token('sinks'),
  hooks: token('hooks'),
  readers: token('readers'),
  steps: token('steps'),
  launchers: token('launchers'),
  samplers: token('samplers'),
  checkpointStores: token('checkpointStores'),
  checkpoints: token('checkpoints'),
};

/** The composition root: the only place that knows how the parts are made. Each `ForgeLibrary` has its own services. */
export function createServices(environment: Environment): Services {
  const container = root.createChildContainer();
  container.register(tokens.environment, { useValue: environment });
  const provide = <S extends keyof Services>(name: S, make: () => Services[S]) => {
    container.register(tokens[name], { useFactory: instanceCachingFactory(make) });
  };
  const { installCommand } = environment;
  const plugins = () => container.resolve(tokens.plugins);
  const registry = <K extends AnnouncedKind>(kind: K, flag: string | null, published?: ReadonlyMap<string, string>) =>
    new ProviderRegistry(plugins(), { kind, flag, builtins: builtins[kind], installCommand, published });
  provide('plugins', () => createPluginHost(container, environment));
  provide('backends', () => new BackendRegistry(plugins(), installCommand));
  provide('commands', () => new CommandRegistry(plugins()));
  provide('exporters', () => registry('exporters', 'format'));
  provide('sinks', () => registry('sinks', 'sink'));
  provide('hooks', () => registry('hooks', 'hook'));
  provide('checkpointStores', () => registry('checkpointStores', 'checkpoint-store'));
  provide('launchers', () => registry('launchers', 'launcher', publishedLaunchers));
  provide('samplers', () => registry('samplers', 'method'));
  provide('readers', () => registry('readers', null, publishedReaders));
  provide('steps', () => registry('steps', null, publishedSteps));
  provide('checkpoints', () => (run) => new FileCheckpointStore(join(run, 'checkpoints')));
  return resolveAll(container);
}

function createPluginHost(container: DependencyContainer, environment: Environment): PluginHost {
  const { directory, pluginFolders, linkedPlugins, programFolder, pluginSeconds, warn } = environment;
  const places = {
    linked: linkedPlugins,
    project: projectRoot(directory).start,
    installed: pluginFolders,
    program: programFolder,
  };
  return new PluginHost(container, places, { loadLimit: pluginSeconds * 1000, warn });
}

/** The services as an object; each is made when it is first used. */
function resolveAll(container: DependencyContainer): Services {
  const services = {};
  for (const [name, token] of Object.entries(tokens)) {
    Object.defineProperty(services, name, { enumerable: true, get: () => container.resolve(token as InjectionToken) });
  }
  return services as Services;
}
