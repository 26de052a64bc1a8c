import { AsyncLocalStorage } from 'node:async_hooks';
import type { ModuleLoader } from './module-loader.js';

/** The config whose `load` is at work: another config that it loads comes from the same loader. */
export interface ConfigBeingLoaded {
  readonly path: string;
  readonly loader: ModuleLoader;
}

/**
 * Follows the calls of a `load` through its awaits, and of loads at once each its own. No argument can: a config calls
 * `Forge.load('./part.ts')`, `readTensorFile(path)` or a plugin's reader with what to read alone, and Forge and plugins
 * are one instance for all configs of the process.
 */
const current = new AsyncLocalStorage<ConfigBeingLoaded>();

export function configBeingLoaded(): ConfigBeingLoaded | undefined {
  return current.getStore();
}

export function whileLoading<T>(config: ConfigBeingLoaded, work: () => T): T {
  return current.run(config, work);
}
