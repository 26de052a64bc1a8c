import { basename, dirname } from 'node:path';

/**
 * The default name of an experiment: the folder of the model config and the config's own name, which is omitted if it
 * is only `model`: `digits/cnn.large.ts` → `digits-cnn`, `mnist/model.ts` → `mnist`.
 */
export function defaultRunName(modelPath: string): string {
  const clean = (name: string) => name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  const folder = clean(basename(dirname(modelPath)));
  const model = clean(basename(modelPath).split('.')[0]!);
  const name = [folder, model === 'model' ? '' : model].filter(Boolean).join('-');
  return /^\d*$/.test(name) ? `run-${name}` : name.slice(0, 128);
}
