import { ForgeError } from '../../errors/forge-error.js';
import { toKebab, variablePrefix } from '../../text/flag-names.js';
import type { FlagLayer } from './resolve-flags.js';

/** Environment variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The flags that `FORGE_FLAG_<NAME>` variables set; other variables are none.
 * @param base the folder that relative paths among the values start from
 * @throws ForgeError FLAG_CONFLICT for two variables that set one flag
 */
export function environmentLayer(env: Variables, base: string): FlagLayer {
  const values: Record<string, string> = {};
  const variables: Record<string, string> = {};
  const seen = new Map<string, string>();
  for (const [variable, value] of Object.entries(flagVariables(env))) {
    const name = variable.slice(variablePrefix.length);
    const given = /\p{Ll}/u.test(name) ? name : name.toLowerCase();
    const other = seen.get(toKebab(given));
    if (other !== undefined) throw setTwice(other, variable);
    seen.set(toKebab(given), variable);
    values[given] = value;
    variables[given] = variable;
  }
  return { source: 'environment', values, variables, base };
}

/** The variables that set flags, for a process that is to have the same. */
export function flagVariables(env: Variables): Readonly<Record<string, string>> {
  const found = Object.entries(env).filter(([name, value]) => name.startsWith(variablePrefix) && value !== undefined);
  return Object.fromEntries(found) as Readonly<Record<string, string>>;
}

function setTwice(one: string, other: string): ForgeError {
  return new ForgeError('FLAG_CONFLICT', `The environment variables ${one} and ${other} set the same flag.`, {
    about: other,
    hint: `Unset one of them.`,
  });
}
