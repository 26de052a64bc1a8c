import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '../graph/graph.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { AnyOnnxModel } from './onnx-model.js';

const shape = 'Return { predict, loss, stats, optimizer, artefacts }: see OnnxModel.';

/** @throws ForgeError MODEL_INVALID, saying which part of what `load` returned is missing or of the wrong kind. */
export function checkModel(value: unknown): AnyOnnxModel {
  if (typeof value !== 'object' || value === null) {
    throw invalid(`load returned ${describe(value)}, not an object with a loss and an optimizer.`, shape);
  }
  const model = value as Record<string, unknown>;
  requireFunction(model, 'loss', true);
  requireFunction(model, 'predict', false);
  requireFunction(model, 'stats', false);
  requireOptimizer(model.optimizer);
  const { artefacts } = model;
  if (artefacts !== undefined && (typeof artefacts !== 'object' || artefacts === null || Array.isArray(artefacts))) {
    throw invalid(`The model's artefacts is ${describe(artefacts)}, not an object of things by name.`);
  }
  const { parameters } = model;
  if (parameters !== undefined && !(parameters instanceof Map)) {
    throw invalid(`The model's parameters is ${describe(parameters)}, not a Map of tensors.`, 'See loadParameters.');
  }
  return value as AnyOnnxModel;
}

function requireFunction(model: Record<string, unknown>, field: string, needed: boolean): void {
  const value = model[field];
  if (typeof value === 'function' || (value === undefined && !needed)) return;
  throw value === undefined
    ? invalid(`The model that load returned has no ${field}.`, shape)
    : invalid(`The model's ${field} is ${describe(value)}, not a function.`, shape);
}

function requireOptimizer(value: unknown): void {
  const hint = 'Give one of @forge-ml/backend-onnx, e.g. adam(0.001).';
  if (value === undefined) throw invalid('The model that load returned has no optimizer.', hint);
  if (typeof value === 'function') {
    throw invalid(`The model's optimizer is a function; was it meant to be called, as in adam(0.001)?`, hint);
  }
  if (typeof value === 'object' && value !== null) {
    const { update, rate, slots } = value as Partial<Optimizer>;
    if (typeof update === 'function' && typeof rate === 'function' && typeof slots === 'object') return;
  }
  throw invalid(`The model's optimizer is ${describe(value)}, not an optimizer.`, hint);
}

export function isValue(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && 'kind' in value && 'dtype' in value && 'shape' in value;
}

export function invalid(message: string, hint?: string, cause?: unknown): ForgeError {
  return new ForgeError('MODEL_INVALID', message, {
    about: 'model',
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What a value is, as it stands in messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object') return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
  return `a ${typeof value}`;
}
