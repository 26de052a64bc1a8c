import { findName, nearestName } from '../text/flag-names.js';
import { type ErrorCode, ForgeError } from './forge-error.js';

export interface OptionsOwner {
  /** What takes the options, as a person wrote it: `adam(rate, options)`, `what load of model.ts returned`. */
  readonly of: string;
  /** The code of the error; OPTION_UNKNOWN by default. */
  readonly code?: ErrorCode;
  /** What a single one is called; `option` by default. */
  readonly noun?: string;
  /**
   * Names people use for an option of another name, from other libraries: `{ validation: 'valid' }`; or, where no option
   * is meant, a sentence that says what to do: `{ lr: 'Give the learning rate first: adam(0.001).' }`.
   */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** For functions that take no options (yet): JavaScript would ignore what is given all the same. */
export type NoOptions = Readonly<Record<never, never>>;

/**
 * Refuses options that nothing reads: JavaScript users get no help from types, and an option that is misspelled has no
 * effect.
 * @param given an options object, or undefined where none was given
 * @param known the names that are read
 * @throws ForgeError OPTION_UNKNOWN (or `code`) naming the first unknown option and the nearest known one, or saying
 * that `given` is no object
 */
export function checkOptions(given: object | undefined, known: readonly string[], owner: OptionsOwner): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw notAnObject(given, known, owner);
  }
  // A loop and no closure: it is asked at every step that is logged.
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw unknownOption(name, known, owner);
  }
}

/**
 * Refuses names that look like an option that is absent, where other names are legitimate: what a data config returns,
 * a model's own fields.
 * @param isMeant whether a value could be meant for that option; any by default
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

/** What `refuseMisspelled` refuses, where the error is to be another: the first such name, and the one that is meant. */
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

/** Those of an instance's class. */
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
