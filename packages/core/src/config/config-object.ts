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

/** Refuses fields of a config that nothing reads. @throws ForgeError CONFIG_INVALID naming the field */
export function checkConfigObject(config: object, of: string): void {
  checkOptions(config, fields, { of, code: 'CONFIG_INVALID', noun: 'field', synonyms });
}

/**
 * The same of a plain module, which may export whatever else it likes: only what looks like a field that is absent.
 * @throws ForgeError CONFIG_INVALID naming the export
 */
export function checkConfigExports(module: Readonly<Record<string, unknown>>, path: string): void {
  const { default: _, ...exports } = module;
  const isMeant = (value: unknown) => typeof value === 'object' && value !== null;
  refuseMisspelled(exports, fields, { of: path, code: 'CONFIG_INVALID', noun: 'field' }, isMeant);
}
