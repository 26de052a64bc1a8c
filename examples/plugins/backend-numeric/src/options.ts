import { ForgeError } from '@forge-ml/core/plugin';

/** Checks of the numbers in a model config. */
export function wholeNumber(of: string, name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw wrong(of, name, value, 'a whole number from 1');
}

/** At least 0, less than 1. */
export function fraction(of: string, name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw wrong(of, name, value, 'a number from 0, less than 1');
}

export function positive(of: string, name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw wrong(of, name, value, 'a number more than 0');
}

function wrong(of: string, name: string, value: unknown, wanted: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `The ${name} of ${of} must be ${wanted}, not ${String(value)}.`, {
    about: `${of}.${name}`,
  });
}
