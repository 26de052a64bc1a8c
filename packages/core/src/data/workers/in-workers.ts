import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configBeingLoaded } from '../../config/loader/config-being-loaded.js';
import type { ModuleLoader } from '../../config/loader/module-loader.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { threadLimit } from '../../worker/thread-limit.js';
import { checkCount } from '../check.js';
import type { Example } from '../dataset.js';
import type { MapFunction } from '../operators/map.js';
import { ElementContext, type MapContext } from '../operators/map-context.js';
import { nameOfType } from '../to-tensor.js';
import { importFunction } from './import-function.js';
import { pack } from './pack.js';
import { WorkerPool } from './worker-pool.js';

export interface WorkerOptions {
  /** The number of threads. Default: the number of cores (or `FORGE_THREADS`) minus one, at least 1 and at most 8. */
  readonly workers?: number;
  /** The name of the exported function. Default: `default`. */
  readonly export?: string;
}

/** A function that converts one element in a worker thread: `inWorkers<typeof decode>(…)` has its types. */
export type WorkerFunction = (element: never, context: MapContext) => unknown;

/** A map function whose work is done by worker threads. */
export interface WorkerMap<T, U> extends MapFunction<T, U> {
  (element: T, context: MapContext): Promise<U>;
  /** Loads the module and checks that it exports the function. Reading the dataset does it too. */
  readonly open: () => Promise<void>;
  /** Ends the threads. At the end of a run, and with the process, they end without it. */
  readonly close: () => Promise<void>;
}

type Unknown = (element: unknown, context: MapContext) => Example;

/**
 * A function for `map` that calls an exported function of a module in worker threads: with the same results, in the same
 * order and with the same random numbers as a direct call. Elements and results are copied between the threads, so they
 * consist of plain objects, arrays and numbers; a Buffer arrives as a Uint8Array. The module is TypeScript or
 * JavaScript, and part of the code that a run stores.
 * @param module `new URL('./decode.ts', import.meta.url)`
 * @throws ForgeError USAGE for another address; CONFIG_NOT_FOUND if there is no such file; OPTION_UNKNOWN; DATA_INVALID
 */
export function inWorkers<F extends WorkerFunction = Unknown>(
  module: URL,
  options: WorkerOptions = {},
): WorkerMap<Parameters<F>[0], Awaited<ReturnType<F>>> {
  checkOptions(options, ['workers', 'export'], {
    of: 'inWorkers(module, options)',
    synonyms: { threads: 'workers', numWorkers: 'workers', name: 'export', function: 'export' },
  });
  const { workers = defaultWorkers(), export: exported = 'default' } = options;
  checkCount('The number of workers', workers, 1);
  const path = pathOf(module);
  const own = configBeingLoaded()?.loader;
  let loader: ModuleLoader | undefined;
  const pool = new WorkerPool(workers, () => ({ path, exported, loader: loader!.shared() }));
  own?.onClose(() => pool.close());

  let opening: Promise<void> | undefined;
  const openNow = async () => {
    loader ??= own ?? (await ownLoader());
    await importFunction(loader, path, exported);
  };
  const open = () => {
    opening ??= openNow().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const call = async (element: unknown, context: MapContext): Promise<unknown> => {
    const packed = pack(element);
    const { index } = context;
    const origin = context instanceof ElementContext ? context.origin : undefined;
    const { epoch } = origin ?? context;
    const random = origin?.randomOf(index) ?? context.random;
    await open();
    const { value, usedEpoch } = await pool.call({ epoch, index, random: random.state }, packed);
    if (usedEpoch && origin !== undefined) origin.usedEpoch = true;
    return value;
  };
  return Object.assign(call, { open, close: () => pool.close() }) as WorkerMap<
    Parameters<F>[0],
    Awaited<ReturnType<F>>
  >;
}

function defaultWorkers(): number {
  return Math.min(8, Math.max(1, threadLimit() - 1));
}

/** Outside of a config: a script loads the module as a config would. */
async function ownLoader(): Promise<ModuleLoader> {
  const { createModuleLoader } = await import('../../config/loader/module-loader.js');
  return createModuleLoader({ modules: {} });
}

function pathOf(module: URL): string {
  const hint = "Write inWorkers(new URL('./decode.ts', import.meta.url), …), relative to the file that calls it.";
  if (!(module instanceof URL) || module.protocol !== 'file:') {
    const given = module instanceof URL ? module.href : nameOfType(module);
    throw new ForgeError('USAGE', `inWorkers takes the URL of a file, not ${given}.`, { about: 'inWorkers', hint });
  }
  const path = fileURLToPath(module);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new ForgeError('CONFIG_NOT_FOUND', `inWorkers: there is no file ${path}.`, { about: path, hint });
}
