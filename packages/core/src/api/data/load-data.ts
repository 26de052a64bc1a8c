import type { LoadedData } from '../../config/define.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import { findMisspelled } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { fitPreparations, type StoredPreparations } from './preparations.js';

/**
 * Runs the data config. Its files may still have to be opened: see `openData`.
 * @param stored the preprocessing of the run that is loaded or resumed; undefined for a new run, which fits it
 * @throws ForgeError CONFIG_INVALID when it returns no training data
 */
export async function loadData(
  config: ConfigModule,
  values: Readonly<Record<string, unknown>>,
  args: readonly unknown[],
  stored: StoredPreparations | undefined,
): Promise<LoadedData> {
  const data = await config.load(values, ...args);
  for (const [name, needed] of [
    ['train', true],
    ['valid', false],
  ] as const) {
    const dataset = isObject(data) ? data[name] : undefined;
    if (dataset === undefined && !needed) continue;
    if (dataset === undefined && isObject(data)) refuseMisnamed(data, config.path);
    if (!isObject(dataset) || typeof dataset.read !== 'function') {
      throw new ForgeError('CONFIG_INVALID', `load of ${config.path} returned no dataset as \`${name}\`.`, {
        about: config.path,
        hint: `Return { train, valid }, made with fromArrays(…).batch(n) or fromGenerator(…).batch(n).`,
      });
    }
  }
  await fitPreparations(data as LoadedData, config.path, stored);
  const { valid } = data as LoadedData;
  if (valid?.length === Number.POSITIVE_INFINITY) {
    throw new ForgeError('DATA_INVALID', `The validation data of ${config.path} never ends.`, {
      about: 'valid',
      hint: 'Omit .repeat(), or end it with .take(count).',
    });
  }
  return data as LoadedData;
}

/** Opens the data to train on, before the model is built: then lengths are known, and files that are missing are named. */
export async function openData({ train, valid }: LoadedData): Promise<void> {
  await train.open?.();
  await valid?.open?.();
}

/** The names in other libraries. `test` is a further split, for `forge eval --split test`. */
const synonyms = {
  training: 'train',
  trainData: 'train',
  trainSet: 'train',
  trainDataset: 'train',
  val: 'valid',
  validate: 'valid',
  validation: 'valid',
  validationData: 'valid',
  validationSet: 'valid',
  validData: 'valid',
  valData: 'valid',
  dev: 'valid',
  evaluation: 'valid',
};

/**
 * A data config may return whatever the model needs, but a dataset by such a name would never be read. Stored code of a
 * run is not checked: it must load as it is.
 * @throws ForgeError CONFIG_INVALID naming the one that is meant
 */
export function refuseMisnamed(data: Readonly<Record<string, unknown>>, path: string): void {
  const isDataset = (value: unknown) => isObject(value) && typeof value.read === 'function';
  const found = findMisspelled(data, ['train', 'valid'], synonyms, isDataset);
  if (found === undefined) return;
  const { name, meant } = found;
  const use = meant === 'train' ? 'train on' : 'evaluate on during training';
  throw new ForgeError('CONFIG_INVALID', `load of ${path} returned a dataset as \`${name}\`, but none to ${use}.`, {
    about: name,
    hint: `Did you mean \`${meant}\`? Return it by that name; other names are for the model and for forge eval --split.`,
  });
}
