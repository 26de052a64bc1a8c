import { ForgeError } from '../errors/forge-error.js';
import { shownValue } from './model-error.js';

/** Names that other libraries have for options of losses. */
export const lossSynonyms = {
  sampleWeight: 'weights',
  sampleWeights: 'weights',
  weight: 'classWeights',
  ignoreIndex: 'ignoreLabel',
  ignore_index: 'ignoreLabel',
} as const;

/** @throws ForgeError MODEL_INVALID unless `value` is a finite number. */
export function requireFinite(owner: string, name: string, value: unknown): void {
  if (!Number.isFinite(value)) throw invalid(owner, name, value, 'a finite number');
}

/** @throws ForgeError MODEL_INVALID unless `value` is a whole number from `least` to `most`. */
export function requireWholeNumber(owner: string, name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalid(owner, name, value, `a whole number from ${least} to ${most}`);
}

/** @throws ForgeError MODEL_INVALID unless `value` is one of the choices. */
export function requireOneOf(owner: string, name: string, value: unknown, choices: readonly unknown[]): void {
  if (!choices.includes(value)) throw invalid(owner, name, value, choices.map(shownValue).join(' or '));
}

function invalid(owner: string, name: string, value: unknown, expected: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `${owner}: ${name} must be ${expected}, not ${shownValue(value)}.`, {
    about: owner,
  });
}
