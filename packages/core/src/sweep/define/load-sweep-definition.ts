import { dirname } from 'node:path';
import { checkIsFile } from '../../config/loader/config-module.js';
import type { ModuleLoader } from '../../config/loader/module-loader.js';
import { ForgeError } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { type SweepDefinition, sweepDefinition } from './sweep-definition.js';

/**
 * Reads a file whose default export is a sweep, made with `defineSweep` or a plain object. Relative paths in it are
 * relative to its folder.
 * @param path absolute
 * @throws ForgeError CONFIG_NOT_FOUND, CONFIG_FAILED, CONFIG_INVALID, OPTION_UNKNOWN, METRIC_INVALID, SWEEP_INVALID
 */
export async function loadSweepDefinition(path: string, loader: ModuleLoader): Promise<SweepDefinition> {
  await checkIsFile(path, 'sweep file');
  const { default: given } = await loader.import(path);
  if (!isObject(given)) {
    throw new ForgeError('CONFIG_INVALID', `The default export of ${path} is not a sweep.`, {
      about: path,
      hint: "Write `export default defineSweep({ minimize: 'valid.loss', space: { … } })`.",
    });
  }
  const base = dirname(path);
  const definition = sweepDefinition(given, path);
  const space = Object.entries(definition.space).map(([name, parameter]) => [name, { base, ...parameter }]);
  return { ...definition, space: Object.fromEntries(space), base };
}
