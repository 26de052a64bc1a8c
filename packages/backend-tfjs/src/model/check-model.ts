import { ForgeError } from '@forge-ml/core/plugin';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Tf } from '../tf.js';
import type { AnyTfjsModel } from './tfjs-model.js';

const shape = 'Return { predict, loss, stats, optimizer, artefacts }: see TfjsModel.';

/** @throws ForgeError MODEL_INVALID, saying which part of what `load` returned is missing or of the wrong kind. */
export function checkModel(tf: Tf, value: unknown): AnyTfjsModel {
  if (typeof value !== 'object' || value === null) {
    throw invalid(`load returned ${describe(value)}, not an object with a loss and an optimizer.`, shape);
  }
  const model = value as Record<string, unknown>;
  requireFunction(model, 'loss', true);
  requireFunction(model, 'predict', false);
  requireFunction(model, 'stats', false);
  requireOptimizer(tf, model.optimizer);
  for (const field of ['artefacts', 'variables']) {
    const record = model[field];
    if (record !== undefined && (typeof record !== 'object' || record === null || Array.isArray(record))) {
      throw invalid(`The model's ${field} is ${describe(record)}, not an object of things by name.`);
    }
  }
  for (const [name, variable] of Object.entries(model.variables ?? {})) {
    if (!isVariable(tf, variable)) throw invalid(`variables.${name} is ${describe(variable)}, not a tf.Variable.`);
  }
  return value as AnyTfjsModel;
}

export function isOwnOptimizer(optimizer: AnyTfjsModel['optimizer']): optimizer is Optimizer {
  return 'update' in optimizer && typeof optimizer.update === 'function';
}

function requireFunction(model: Record<string, unknown>, field: string, needed: boolean): void {
  const value = model[field];
  if (typeof value === 'function' || (value === undefined && !needed)) return;
  throw value === undefined
    ? invalid(`The model that load returned has no ${field}.`, shape)
    : invalid(`The model's ${field} is ${describe(value)}, not a function.`, shape);
}

function requireOptimizer(tf: Tf, value: unknown): void {
  const hint = 'Give one of @forge-ml/backend-tfjs, e.g. adam(0.001), or a tf.Optimizer.';
  if (value === undefined) throw invalid('The model that load returned has no optimizer.', hint);
  if (typeof value === 'function') {
    throw invalid(`The model's optimizer is a function; was it meant to be called, as in adam(0.001)?`, hint);
  }
  if (typeof value === 'object' && value !== null) {
    const { update, rate, slots } = value as Partial<Optimizer>;
    if (typeof update === 'function' && typeof rate === 'function' && typeof slots === 'object') return;
    if (value instanceof tf.Optimizer) return;
  }
  throw invalid(`The model's optimizer is ${describe(value)}, not an optimizer.`, hint);
}

function isVariable(tf: Tf, value: unknown): boolean {
  return typeof value === 'object' && value !== null && value instanceof tf.Variable;
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
