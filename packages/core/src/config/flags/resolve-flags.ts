import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import { findName, nearestName, toKebab, toVariable } from '../../text/flag-names.js';
import { coerceFlag } from './coerce-flag.js';
import type { FlagSpecs } from './flag.js';
import { pathValue } from './path-value.js';

/** The source of a value. `script`: the `set` of a script; `override`: the command line of a resume; `sweep`: of a trial. */
export type FlagSource =
  | 'default'
  | 'project file'
  | 'environment'
  | 'flags file'
  | 'command line'
  | 'script'
  | 'run'
  | 'override'
  | 'sweep';

export interface FlagValue {
  readonly value: unknown;
  readonly source: FlagSource;
}
export type ResolvedFlags = Readonly<Record<string, FlagValue>>;

/** Values from one source. Names may be in any spelling. */
export interface FlagLayer {
  readonly source: FlagSource;
  readonly values: Readonly<Record<string, unknown>>;
  /** Ignores unknown flags: a project file may set flags that only some configs declare. */
  readonly ignoreUnknown?: boolean;
  /** Names of values that the source does not set, but that are derived from its location. */
  readonly implied?: readonly string[];
  /** The folder that relative paths are resolved against; without it they are not changed. */
  readonly base?: string;
  /** The environment variables that set the values, by the names of the values. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Every declared flag with its value and source. Later layers override earlier ones and defaults.
 * @param base the folder that relative default paths are resolved against
 * @throws ForgeError FLAG_UNKNOWN naming the nearest flag, or FLAG_INVALID.
 */
export function resolveFlags(specs: FlagSpecs, layers: readonly FlagLayer[], base?: string): ResolvedFlags {
  const resolved: Record<string, FlagValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    resolved[name] = { value: pathValue(spec.kind, coerceFlag(name, spec, spec.default), base), source: 'default' };
  }
  for (const layer of layers) {
    const { source, values, ignoreUnknown, base: start } = layer;
    for (const given of Object.keys(values)) {
      const name = findName(given, Object.keys(specs));
      if (name !== undefined) {
        const spec = specs[name]!;
        resolved[name] = { value: pathValue(spec.kind, coerceGiven(name, spec, given, layer), start), source };
      } else if (!ignoreUnknown) throw unknownIn(layer, given, specs);
    }
  }
  return resolved;
}

function coerceGiven(name: string, spec: FlagSpecs[string], given: string, { values, variables }: FlagLayer): unknown {
  try {
    return coerceFlag(name, spec, values[given]);
  } catch (error) {
    const variable = variables?.[given];
    if (variable === undefined || !isForgeError(error)) throw error;
    const { code, message, about, hint } = error;
    throw new ForgeError(code, `${variable}: ${message}`, { about, hint, cause: error });
  }
}

function unknownIn({ source, variables }: FlagLayer, given: string, specs: FlagSpecs): ForgeError {
  const variable = variables?.[given];
  if (variable === undefined) return unknownFlag(given, specs, source);
  const nearest = nearestName(given, Object.keys(specs));
  return new ForgeError(
    'FLAG_UNKNOWN',
    `The environment variable ${variable} sets --${toKebab(given)}, which is no flag of this run.`,
    {
      about: given,
      hint: nearest === undefined ? `Unset ${variable}.` : `Did you mean ${toVariable(nearest)}? Otherwise unset it.`,
    },
  );
}

export function unknownFlag(given: string, specs: FlagSpecs, source: FlagSource = 'command line'): ForgeError {
  const nearest = nearestName(given, Object.keys(specs));
  const where = source === 'command line' ? '' : ` in the ${source === 'script' ? "script's values" : source}`;
  return new ForgeError('FLAG_UNKNOWN', `There is no flag --${toKebab(given)}${where}.`, {
    about: given,
    hint:
      nearest === undefined
        ? 'To list every flag, run forge train --help with --data-config and --model-config.'
        : `Did you mean --${toKebab(nearest)}?`,
  });
}

export function plainValues(flags: ResolvedFlags): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).map(([name, { value }]) => [name, value]));
}

/** Flags and their source: `forge`, the path of a config as the user gave it, or the package and version of a plugin. */
export interface FlagDeclaration {
  readonly by: string;
  readonly flags: FlagSpecs;
}

/**
 * Merges the flags of several declarations.
 * @throws ForgeError FLAG_CONFLICT if two declare the same name differently.
 */
export function mergeSpecs(declarations: readonly FlagDeclaration[]): FlagSpecs {
  const merged: Record<string, FlagSpecs[string]> = {};
  const owner = new Map<string, { by: string; name: string }>();
  for (const { by, flags } of declarations) {
    for (const [name, spec] of Object.entries(flags)) {
      const first = owner.get(toKebab(name));
      if (first === undefined) owner.set(toKebab(name), { by, name });
      else if (first.name !== name || !sameDeclaration(merged[name]!, spec)) {
        throw new ForgeError(
          'FLAG_CONFLICT',
          `--${toKebab(name)} is declared by ${first.by} and, differently, by ${by}.`,
          {
            about: name,
            hint: 'Rename one of them, or declare both with the same kind, default and limits.',
          },
        );
      }
      merged[name] = spec;
    }
  }
  return merged;
}

function sameDeclaration(a: FlagSpecs[string], b: FlagSpecs[string]): boolean {
  const comparable = ({ kind, default: value, nullable, choices, min, max }: FlagSpecs[string]) =>
    JSON.stringify([kind, value, nullable, choices, min, max]);
  return comparable(a) === comparable(b);
}
