import { AsyncLocalStorage } from 'node:async_hooks';
import type { ModuleLoader } from './module-loader.js';

/** The config whose `load` is at work: another config that it loads comes from the same loader. */
export interface ConfigBeingLoaded {
  readonly path: string;
  readonly loader: ModuleLoader;
}

const current = new AsyncLocalStorage<ConfigBeingLoaded>();

export function configBeingLoaded(): ConfigBeingLoaded | undefined {
  return current.getStore();
}

export function whileLoading<T>(config: ConfigBeingLoaded, work: () => T): T {
  return current.run(config, work);
}
