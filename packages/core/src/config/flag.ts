/** Typed, documented, named settings. The type of a flag's value is inferred from how it is declared. */

export type FlagKind = 'integer' | 'float' | 'boolean' | 'string';

export interface Flag<T> {
  readonly kind: FlagKind;
  readonly default: T;
  readonly description: string;
  /** null is what a flag without a value has; only flags declared with a default of null take it. */
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
  boolean(defaultValue: boolean, description: string): Flag<boolean> {
    return declare('boolean', defaultValue, description, {});
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
