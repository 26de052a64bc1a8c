import type { ModuleLoader } from '../../config/loader/module-loader.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { MapFunction } from '../operators/map.js';
import { nameOfType } from '../to-tensor.js';

/** @throws ForgeError CONFIG_FAILED for a module that cannot be loaded, CONFIG_INVALID where it exports no such function */
export async function importFunction(
  loader: Pick<ModuleLoader, 'import'>,
  path: string,
  exported: string,
): Promise<MapFunction<unknown, unknown>> {
  const module = await loader.import(path);
  const found = module[exported];
  if (typeof found === 'function') return found as MapFunction<unknown, unknown>;
  const functions = Object.keys(module).filter((name) => typeof module[name] === 'function');
  const label = exported === 'default' ? 'default export' : `export "${exported}"`;
  const text = found === undefined ? `has no ${label}` : `has a ${label} that is ${nameOfType(found)}, not a function`;
  throw new ForgeError('CONFIG_INVALID', `${path} ${text}.`, {
    about: path,
    hint:
      functions.length === 0
        ? 'Export the function that converts one element: export function decode(element, { random }) { … }.'
        : `Name one of its functions: inWorkers(module, { export: '${functions[0]}' }).`,
  });
}
