import { type ErrorCode, ForgeError } from '../errors/forge-error.js';
import { nearestName } from './flag-names.js';

export interface OptionsOwner {
  /** What takes the options, as a person wrote it: `adam(rate, options)`, `what load of model.ts returned`. */
  readonly of: string;
  /** The code of the error; OPTION_UNKNOWN by default. */
  readonly code?: ErrorCode;
  /** Names people use for an option of another name, from other libraries: `{ validation: 'valid' }`. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/**
 * Refuses options that nothing reads: JavaScript users get no help from types, and an option that is misspelled has no
 * effect.
 * @param given an options object, or undefined where none was given
 * @param known the names that are read
 * @throws ForgeError OPTION_UNKNOWN (or `code`) naming the first unknown option and the nearest known one
 */
export function checkOptions(
  given: object | undefined | null,
  known: readonly string[],
  { of, code = 'OPTION_UNKNOWN', synonyms = {} }: OptionsOwner,
): void {
  if (given === undefined || given === null) return;
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = Object.hasOwn(synonyms, unknown) ? synonyms[unknown] : nearestName(unknown, known);
  const hint = meant === undefined ? `It takes ${known.join(', ') || 'no options'}.` : `Did you mean "${meant}"?`;
  throw new ForgeError(code, `${of} has no option "${unknown}".`, { about: unknown, hint });
}
