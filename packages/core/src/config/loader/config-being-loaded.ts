import { AsyncLocalStorage } from 'node:async_hooks';
import type { ModuleLoader } from './module-loader.js';

/** The config whose `load` is running: other configs that it loads use the same loader. */
export interface ConfigBeingLoaded {
  readonly path: string;
  readonly loader: ModuleLoader;
}

/**
 * Tracks the config of asynchronous calls, separately for concurrent loads. It cannot be an argument: a config calls
 * `Forge.load('./part.ts')`, `readTensorFile(path)` or a plugin's reader with a path only, and all configs of the process
 * share one instance of Forge and its plugins.
 */
const current = new AsyncLocalStorage<ConfigBeingLoaded>();

export function configBeingLoaded(): ConfigBeingLoaded | undefined {
  return current.getStore();
}

export function whileLoading<T>(config: ConfigBeingLoaded, work: () => T): T {
  return current.run(config, work);
}
