import type { ConfigModule } from '../config/config-module.js';
import type { LoadedData } from '../config/define.js';
import { ForgeError } from '../errors/forge-error.js';
import { isObject } from '../files/json-file.js';

/** Runs the data config. @throws ForgeError CONFIG_INVALID when it returns no training data. */
export async function loadData(
  config: ConfigModule,
  values: Readonly<Record<string, unknown>>,
  args: readonly unknown[],
): Promise<LoadedData> {
  const data = await config.load(values, ...args);
  for (const [name, needed] of [
    ['train', true],
    ['valid', false],
  ] as const) {
    const dataset = isObject(data) ? data[name] : undefined;
    if (dataset === undefined && !needed) continue;
    if (!isObject(dataset) || typeof dataset.read !== 'function') {
      throw new ForgeError('CONFIG_INVALID', `load of ${config.path} returned no dataset as \`${name}\`.`, {
        about: config.path,
        hint: `Return { train, valid }, made with fromArrays(…).batch(n) or fromGenerator(…).batch(n).`,
      });
    }
  }
  const { valid } = data as LoadedData;
  if (valid?.length === Number.POSITIVE_INFINITY) {
    throw new ForgeError('DATA_INVALID', `The validation data of ${config.path} never ends.`, {
      about: 'valid',
      hint: 'Leave out .repeat(), or end it with .take(count).',
    });
  }
  return data as LoadedData;
}
