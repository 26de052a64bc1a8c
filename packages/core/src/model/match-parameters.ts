import { invalidModel } from './model-error.js';

/** How many names an error lists. */
const maxListed = 12;

/**
 * The parameters that patterns name: names, with `*` for any characters: `head/*`.
 * @param option where the patterns are from, for the error: `freeze`
 * @throws ForgeError MODEL_INVALID for a pattern that matches none
 */
export function matchParameters(
  option: string,
  patterns: readonly string[],
  names: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matching = names.filter((name) => matchesPattern(pattern, name));
    if (matching.length === 0) throw matchesNone(option, pattern, names);
    for (const name of matching) found.add(name);
  }
  return found;
}

/** Whether a pattern names a parameter, for a backend that must know it before it knows all names. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

function matchesNone(option: string, pattern: string, names: readonly string[]) {
  const listed = names.slice(0, maxListed).join(', ');
  const more = names.length > maxListed ? ` and ${names.length - maxListed} more` : '';
  return invalidModel(
    `${option} has the pattern "${pattern}", which matches no parameter of the model.`,
    `Its parameters are ${listed}${more}; * matches any characters.`,
  );
}
