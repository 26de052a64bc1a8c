import { ForgeError } from '@forge-ml/core/plugin';
import type { LayerPlan } from './layers/layer.js';
import type { Loss } from './losses.js';
import type { Optimizer } from './optimizers/optimizer.js';

/** What a model config's `load` returns for this backend. */
export interface NumericModel {
  /** The array the network reads; all but its first dimension are flattened. */
  readonly inputs: string;
  /** The array the loss compares with. */
  readonly targets: string;
  /** The layers, first to last. */
  readonly layers: readonly LayerPlan[];
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Objects that loading a run returns, by name. */
  readonly artefacts?: Readonly<Record<string, unknown>>;
}

const example = "For example: { inputs: 'images', targets: 'labels', layers: [dense(10)], loss, optimizer }.";

/** @throws ForgeError MODEL_INVALID naming what is missing or wrong */
export function checkModel(value: unknown): NumericModel {
  if (typeof value !== 'object' || value === null)
    throw invalid('load', `load returned ${String(value)} instead of a model.`);
  const model = value as Partial<Record<keyof NumericModel, unknown>>;
  for (const name of ['inputs', 'targets'] as const) {
    if (typeof model[name] !== 'string') throw invalid(name, `The model needs the name of an array as \`${name}\`.`);
  }
  const { layers } = model;
  if (!Array.isArray(layers) || layers.length === 0) throw invalid('layers', 'The model needs a list of `layers`.');
  const wrong = layers.findIndex((layer) => typeof layer?.build !== 'function');
  if (wrong >= 0) throw invalid('layers', `Number ${wrong} of \`layers\` is not a layer: is a call missing?`);
  for (const [name, method] of [
    ['loss', 'measure'],
    ['optimizer', 'update'],
  ] as const) {
    const part = model[name] as Record<string, unknown> | null | undefined;
    if (typeof part?.[method] !== 'function') {
      throw invalid(name, `The \`${name}\` of the model is invalid: is a call missing?`);
    }
  }
  return value as NumericModel;
}

function invalid(about: string, message: string): ForgeError {
  return new ForgeError('MODEL_INVALID', message, { about, hint: example });
}
