import { ForgeError } from '../errors/forge-error.js';
import { shownValue } from './model-error.js';

/** @throws ForgeError MODEL_INVALID unless `value` is a number above 0. */
export function requirePositive(owner: string, name: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return;
  throw new ForgeError('MODEL_INVALID', `${owner}: ${name} must be a number above 0, not ${shownValue(value)}.`, {
    about: owner,
  });
}

/** @throws ForgeError MODEL_INVALID unless `value` is in [0, 1), as a decay rate. */
export function requireShare(owner: string, name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value < 1) return;
  throw new ForgeError('MODEL_INVALID', `${owner}: ${name} must be at least 0 and below 1, not ${shownValue(value)}.`, {
    about: owner,
  });
}

/** @throws ForgeError MODEL_INVALID unless `value` is a number of at least 0. */
export function requireNotNegative(owner: string, name: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return;
  throw new ForgeError('MODEL_INVALID', `${owner}: ${name} must be a number of at least 0, not ${shownValue(value)}.`, {
    about: owner,
  });
}

/** @throws ForgeError MODEL_INVALID unless `value` is a whole number of at least 1. */
export function requireCount(owner: string, name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner}: ${name} must be a whole number of at least 1, not ${shownValue(value)}.`,
    {
      about: owner,
    },
  );
}
