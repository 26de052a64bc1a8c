import { ForgeError } from '../../errors/forge-error.js';

/** The error for a space, or another setting of a sweep, that cannot be used. */
export function sweepError(message: string, about: string, hint: string): ForgeError {
  return new ForgeError('SWEEP_INVALID', message, { about, hint });
}
