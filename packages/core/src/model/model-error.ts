import { ForgeError } from '../errors/forge-error.js';

/** The error for a model, or results of its functions, that a backend cannot train. */
export function invalidModel(message: string, hint?: string, cause?: unknown): ForgeError {
  return new ForgeError('MODEL_INVALID', message, {
    about: 'model',
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Describes a value for messages. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object') return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
  return `a ${typeof value}`;
}
