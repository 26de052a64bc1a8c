import { findName, nearestName } from '../text/flag-names.js';
import { type ErrorCode, ForgeError } from './forge-error.js';

export interface OptionsOwner {
  /** The owner of the options, as messages name it: `adam(rate, options)`, `what load of model.ts returned`. */
  readonly of: string;
  /** The error's code. Default: OPTION_UNKNOWN. */
  readonly code?: ErrorCode;
  /** The noun for one option in messages. Default: `option`. */
  readonly noun?: string;
  /**
   * Names of other libraries for our options: `{ validation: 'valid' }`; or, where we have no such option, a sentence
   * that says what to do: `{ lr: 'Give the learning rate first: adam(0.001).' }`.
   */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** For functions without options: JavaScript would silently ignore any that are given. */
export type NoOptions = Readonly<Record<never, never>>;

/**
 * Refuses unknown options: JavaScript would silently ignore a misspelled one.
 * @param given an options object, or undefined
 * @param known the names of the options
 * @throws ForgeError OPTION_UNKNOWN (or `code`) naming the first unknown option and the most similar known one, or
 * saying that `given` is not an object
 */
export function checkOptions(given: object | undefined, known: readonly string[], owner: OptionsOwner): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw notAnObject(given, known, owner);
  }
  // A loop instead of a closure: this runs at every logged step.
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw unknownOption(name, known, owner);
  }
}

/**
 * Refuses names similar to an absent option, in objects that may have other names too: what a data config returns, a
 * model's own fields.
 * @param isMeant whether a value is of the option's kind. Default: any value.
 * @throws ForgeError as `checkOptions`
 */
export function refuseMisspelled(
  given: object,
  known: readonly string[],
  owner: OptionsOwner,
  isMeant?: (value: unknown) => boolean,
): void {
  const found = findMisspelled(given, known, owner.synonyms, isMeant);
  if (found !== undefined) throw unknownOption(found.name, known, owner);
}

/** The first name that `refuseMisspelled` would refuse, and the likely intended one: for callers with their own error. */
export function findMisspelled(
  given: object,
  known: readonly string[],
  synonyms: OptionsOwner['synonyms'],
  isMeant: (value: unknown) => boolean = () => true,
): { readonly name: string; readonly meant: string } | undefined {
  const values = given as Readonly<Record<string, unknown>>;
  const absent = known.filter((name) => values[name] === undefined);
  for (const name of [...Object.keys(given), ...methodsOf(given)]) {
    if (known.includes(name) || !isMeant(values[name])) continue;
    const meant = synonymOf(name, synonyms) ?? nearestName(name, absent);
    if (meant !== undefined && absent.includes(meant)) return { name, meant };
  }
  return undefined;
}

/** The names of the methods and accessors of an instance's class. */
function methodsOf(given: object): string[] {
  const prototype: object | null = Object.getPrototypeOf(given);
  if (prototype === null || prototype === Object.prototype) return [];
  return Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
}

function synonymOf(name: string, synonyms: OptionsOwner['synonyms'] = {}): string | undefined {
  const found = findName(name, Object.keys(synonyms));
  return found === undefined ? undefined : synonyms[found];
}

function unknownOption(unknown: string, known: readonly string[], owner: OptionsOwner): ForgeError {
  const { of, code = 'OPTION_UNKNOWN', noun = 'option', synonyms } = owner;
  const synonym = synonymOf(unknown, synonyms);
  const sentence = synonym?.includes(' ') ? synonym : undefined;
  const meant = synonym !== undefined && known.includes(synonym) ? synonym : nearestName(unknown, known);
  const list = known.length === 0 ? `It takes no ${noun}s.` : `It takes ${known.join(', ')}.`;
  const hint = sentence ?? (meant === undefined ? list : `Did you mean "${meant}"?`);
  return new ForgeError(code, `${of} has no ${noun} "${unknown}".`, { about: unknown, hint });
}

function notAnObject(given: unknown, known: readonly string[], owner: OptionsOwner): ForgeError {
  const { of, code = 'OPTION_UNKNOWN' } = owner;
  const what = Array.isArray(given) ? 'an array' : given === null ? 'null' : `a ${typeof given}`;
  if (known.length === 0) {
    return new ForgeError(code, `${of} takes no options, but was given ${what}.`, { about: of, hint: 'Remove it.' });
  }
  return new ForgeError(code, `${of} takes its options as an object, not as ${what}.`, {
    about: of,
    hint: `Write them by name, for example { ${known[0]}: … }. It takes ${known.join(', ')}.`,
  });
}
