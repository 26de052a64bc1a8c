import { distance } from 'fastest-levenshtein';

/** Kebab case: `nHidden`, `n_hidden`, `n-hidden` and `NHidden` are the same name. */
export function toKebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** Environment variables that begin so set flags: `FORGE_FLAG_LEARNING_RATE=0.1`. */
export const variablePrefix = 'FORGE_FLAG_';

/** The environment variable that sets a flag: `learningRate` → `FORGE_FLAG_LEARNING_RATE`. */
export function toVariable(name: string): string {
  return variablePrefix + toKebab(name).replaceAll('-', '_').toUpperCase();
}

/** Finds the declared name for a name in camel, snake or kebab case. A prefix never matches. */
export function findName(given: string, declared: Iterable<string>): string | undefined {
  const kebab = toKebab(given);
  for (const name of declared) if (toKebab(name) === kebab) return name;
  return undefined;
}

/**
 * The declared name most similar to a mistyped one; undefined if none is similar enough.
 * @param mostEdits how many letters may differ. Default: a third of them, and at least two.
 */
export function nearestName(
  given: string,
  declared: Iterable<string>,
  mostEdits = Math.max(2, Math.ceil(given.length / 3)),
): string | undefined {
  const kebab = toKebab(given);
  let best: string | undefined;
  let bestDistance = mostEdits + 1;
  for (const name of declared) {
    const candidate = toKebab(name);
    const edits = candidate.startsWith(kebab) ? 1 : distance(kebab, candidate);
    if (edits < bestDistance) [best, bestDistance] = [name, edits];
  }
  return best;
}
