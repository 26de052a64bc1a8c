import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Json } from './step.js';

/**
 * The options of a step, from a call or a stored file: known names only, with defaults for those that are omitted.
 * @param of the step as messages name it: `oneHot(options)`
 * @throws ForgeError OPTION_UNKNOWN
 */
export function stepOptions<Options extends Readonly<Record<string, Json>>>(
  given: unknown,
  defaults: Options,
  of: string,
  synonyms: Readonly<Record<string, string>> = {},
): Options {
  checkOptions(given as object | undefined, Object.keys(defaults), { of, synonyms });
  const values = Object.entries((given ?? {}) as Options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(values) };
}

/** @throws ForgeError DATA_INVALID naming the option */
export function requireOption(holds: boolean, of: string, expected: string): void {
  if (holds) return;
  throw new ForgeError('DATA_INVALID', `${of}: ${expected}.`, { about: of });
}

export function isCount(value: unknown, least = 0): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(is);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
