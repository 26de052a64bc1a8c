import { ForgeError } from '../errors/forge-error.js';
import { canBeNamed } from '../metrics/metric-address.js';

/** The error for a model, or results of its functions, that a backend cannot train. */
export function invalidModel(message: string, hint?: string, cause?: unknown): ForgeError {
  return new ForgeError('MODEL_INVALID', message, {
    about: 'model',
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** @throws ForgeError MODEL_INVALID for the name of a metric that no address, such as `--keep best:valid.f1`, can name */
export function requireName(of: 'metrics' | 'stats', name: string): void {
  if (name !== '__proto__' && canBeNamed(name)) return;
  throw invalidModel(
    `The name ${JSON.stringify(name)} in the model's ${of} cannot be that of a metric.`,
    'Rename it: a name has no ":", and does not end in a space or a dot.',
  );
}

/** A wrong value for messages: text in quotes, so that "1" is not taken for a number. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' || typeof value === 'function' ? describeValue(value) : String(value);
}

/** Describes a value for messages. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object') return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
  return `a ${typeof value}`;
}
