import { ForgeError } from '../../errors/forge-error.js';
import { findName, nearestName, toKebab } from '../../text/flag-names.js';
import { coerceFlag } from './coerce-flag.js';
import type { FlagSpecs } from './flag.js';
import { pathValue } from './path-value.js';

/** Where a value came from. `environment` and `script` are reserved by the format of `flags.json`. */
export type FlagSource =
  | 'default'
  | 'project file'
  | 'environment'
  | 'flags file'
  | 'command line'
  | 'script'
  | 'run'
  | 'override';

export interface FlagValue {
  readonly value: unknown;
  readonly source: FlagSource;
}
export type ResolvedFlags = Readonly<Record<string, FlagValue>>;

/** Values from one place. Names may be in any spelling. */
export interface FlagLayer {
  readonly source: FlagSource;
  readonly values: Readonly<Record<string, unknown>>;
  /** A place shared by several configs may name flags that only some of them declare. */
  readonly ignoreUnknown?: boolean;
  /** Those of the values that the place does not set but that follow from where it is. */
  readonly implied?: readonly string[];
  /** The folder that relative paths among them start from; without one they stay as they are. */
  readonly base?: string;
}

/**
 * Every declared flag with its value and where it came from. Later layers win over earlier ones and over defaults.
 * @param base the folder that relative paths among the defaults start from
 * @throws ForgeError FLAG_UNKNOWN naming the nearest flag, or FLAG_INVALID.
 */
export function resolveFlags(specs: FlagSpecs, layers: readonly FlagLayer[], base?: string): ResolvedFlags {
  const resolved: Record<string, FlagValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    resolved[name] = { value: pathValue(spec.kind, coerceFlag(name, spec, spec.default), base), source: 'default' };
  }
  for (const { source, values, ignoreUnknown, base: start } of layers) {
    for (const [given, value] of Object.entries(values)) {
      const name = findName(given, Object.keys(specs));
      if (name !== undefined) {
        const spec = specs[name]!;
        resolved[name] = { value: pathValue(spec.kind, coerceFlag(name, spec, value), start), source };
      } else if (!ignoreUnknown) throw unknownFlag(given, specs, source);
    }
  }
  return resolved;
}

export function unknownFlag(given: string, specs: FlagSpecs, source: FlagSource = 'command line'): ForgeError {
  const nearest = nearestName(given, Object.keys(specs));
  const where = source === 'command line' ? '' : ` in the ${source}`;
  return new ForgeError('FLAG_UNKNOWN', `There is no flag --${toKebab(given)}${where}.`, {
    about: given,
    hint:
      nearest === undefined
        ? 'forge train --help with --data-config and --model-config lists every flag.'
        : `Did you mean --${toKebab(nearest)}?`,
  });
}

export function plainValues(flags: ResolvedFlags): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).map(([name, { value }]) => [name, value]));
}

/** Somebody who declares flags: `forge`, a config by its path as it was named, a plugin by its package and version. */
export interface FlagDeclaration {
  readonly by: string;
  readonly flags: FlagSpecs;
}

/**
 * The flags of several declarers as one set.
 * @throws ForgeError FLAG_CONFLICT when two declare one name differently.
 */
export function mergeSpecs(declarers: readonly FlagDeclaration[]): FlagSpecs {
  const merged: Record<string, FlagSpecs[string]> = {};
  const owner = new Map<string, { by: string; name: string }>();
  for (const { by, flags } of declarers) {
    for (const [name, spec] of Object.entries(flags)) {
      const first = owner.get(toKebab(name));
      if (first === undefined) owner.set(toKebab(name), { by, name });
      else if (first.name !== name || !sameDeclaration(merged[name]!, spec)) {
        throw new ForgeError(
          'FLAG_CONFLICT',
          `--${toKebab(name)} is declared by ${first.by} and, differently, by ${by}.`,
          {
            about: name,
            hint: 'Rename one of them, or declare both alike: same kind, default and limits.',
          },
        );
      }
      merged[name] = spec;
    }
  }
  return merged;
}

function sameDeclaration(a: FlagSpecs[string], b: FlagSpecs[string]): boolean {
  const essence = ({ kind, default: value, nullable, choices, min, max }: FlagSpecs[string]) =>
    JSON.stringify([kind, value, nullable, choices, min, max]);
  return essence(a) === essence(b);
}
