import { checkOptions, refuseMisspelled } from '../errors/check-options.js';

const fields = ['flags', 'files', 'load'];

const synonyms = {
  options: 'flags',
  params: 'flags',
  parameters: 'flags',
  hyperparameters: 'flags',
  assets: 'files',
  include: 'files',
  build: 'load',
  create: 'load',
};

/** Refuses unknown fields of a config. @throws ForgeError CONFIG_INVALID naming the field */
export function checkConfigObject(config: object, of: string): void {
  checkOptions(config, fields, { of, code: 'CONFIG_INVALID', noun: 'field', synonyms });
}

/**
 * The same for a plain module, which may have other exports: refuses only names similar to an absent field.
 * @throws ForgeError CONFIG_INVALID naming the export
 */
export function checkConfigExports(module: Readonly<Record<string, unknown>>, path: string): void {
  const { default: _, ...exports } = module;
  const isMeant = (value: unknown) => typeof value === 'object' && value !== null;
  refuseMisspelled(exports, fields, { of: path, code: 'CONFIG_INVALID', noun: 'field' }, isMeant);
}
