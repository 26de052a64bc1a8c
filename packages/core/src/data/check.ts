import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';

/** @throws ForgeError DATA_INVALID unless `value` is a whole number and at least `least`. */
export function checkCount(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ForgeError('DATA_INVALID', `${what} must be a whole number from ${least} up, not ${String(value)}.`, {
    about: what,
  });
}

/** Wraps an error of a user's function: names the element, and keeps the error as the cause. */
export function failedAt(what: string, index: number, epoch: number, error: unknown): ForgeError {
  if (isForgeError(error)) return error;
  return new ForgeError(
    'DATA_INVALID',
    `The ${what} failed at element ${index} of epoch ${epoch}: ${messageOf(error)}`,
    {
      about: `element ${index}`,
      cause: error,
    },
  );
}
