/** Typed, documented, named settings. The type of a flag's value is inferred from its declaration. */

import { checkOptions, type NoOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';

export type FlagKind = 'integer' | 'float' | 'boolean' | 'string' | 'path';

export interface Flag<T> {
  readonly kind: FlagKind;
  readonly default: T;
  readonly description: string;
  /** Whether the value may be null: only for flags declared with a default of null. */
  readonly nullable: boolean;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

export type FlagSpecs = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends FlagSpecs> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

type OrNull<Default, T> = Default extends null ? T | null : T;

function declare<T>(
  kind: FlagKind,
  defaultValue: T,
  description: string,
  limits: Range & { choices?: readonly string[] },
): Flag<T> {
  checkDeclaration(kind, description, limits);
  return { kind, default: defaultValue, description, nullable: defaultValue === null, ...limits };
}

export const flag = {
  /** A whole number (a safe integer). */
  integer<D extends number | null>(defaultValue: D, description: string, range: Range = {}): Flag<OrNull<D, number>> {
    return declare<unknown>('integer', defaultValue, description, range) as Flag<OrNull<D, number>>;
  },
  /** A finite number. */
  float<D extends number | null>(defaultValue: D, description: string, range: Range = {}): Flag<OrNull<D, number>> {
    return declare<unknown>('float', defaultValue, description, range) as Flag<OrNull<D, number>>;
  },
  /** `--name` and `--no-name`. */
  boolean(defaultValue: boolean, description: string, options: NoOptions = {}): Flag<boolean> {
    return declare('boolean', defaultValue, description, options);
  },
  /**
   * A file or folder; `load` receives an absolute path. A default is relative to the project (the folder of the project
   * file, or the working directory without one). A value is relative to its source: the working directory, or the folder
   * of the project file or flags file. URLs such as `s3://bucket/key`, and empty text, are not changed.
   */
  path<D extends string | null>(
    defaultValue: D,
    description: string,
    options: NoOptions = {},
  ): Flag<OrNull<D, string>> {
    return declare<unknown>('path', defaultValue, description, options) as Flag<OrNull<D, string>>;
  },
  /** Text; with `choices`, one of them. */
  string: declareString,
};

function declareString<const C extends string, D extends NoInfer<C> | null>(
  defaultValue: D,
  description: string,
  options: { readonly choices: readonly C[] },
): Flag<OrNull<D, C>>;
function declareString<D extends string | null>(defaultValue: D, description: string): Flag<OrNull<D, string>>;
function declareString(
  defaultValue: string | null,
  description: string,
  options: { choices?: readonly string[] } = {},
): Flag<unknown> {
  return declare<unknown>('string', defaultValue, description, options);
}

const optionsOf: Readonly<Record<FlagKind, readonly string[]>> = {
  integer: ['min', 'max'],
  float: ['min', 'max'],
  boolean: [],
  string: ['choices'],
  path: [],
};

/** @throws ForgeError OPTION_UNKNOWN, FLAG_INVALID for arguments that JavaScript would accept without effect. */
function checkDeclaration(kind: FlagKind, description: unknown, limits: Range & { choices?: readonly string[] }): void {
  const of = `flag.${kind}(default, description${optionsOf[kind].length > 0 ? ', options' : ''})`;
  if (description !== undefined && typeof description !== 'string') {
    const example = `flag.${kind}(…, 'What it does.')`;
    throw new ForgeError('FLAG_INVALID', `${of}: the description is not text.`, {
      about: of,
      hint: `The description is the second argument, the options follow it: ${example}.`,
    });
  }
  checkOptions(limits, optionsOf[kind], {
    of,
    synonyms: {
      minimum: 'min',
      maximum: 'max',
      from: 'min',
      to: 'max',
      gte: 'min',
      lte: 'max',
      enum: 'choices',
      options: 'choices',
      values: 'choices',
    },
  });
  const { min, max, choices } = limits;
  for (const [name, limit] of Object.entries({ min, max })) {
    if (limit === undefined || (typeof limit === 'number' && !Number.isNaN(limit))) continue;
    throw new ForgeError('FLAG_INVALID', `${of}: ${name} is a number, not ${JSON.stringify(limit)}.`, { about: name });
  }
  if (choices !== undefined && !(Array.isArray(choices) && choices.every((choice) => typeof choice === 'string'))) {
    throw new ForgeError('FLAG_INVALID', `${of}: choices is an array of text.`, {
      about: 'choices',
      hint: "For example: { choices: ['small', 'large'] }.",
    });
  }
}
