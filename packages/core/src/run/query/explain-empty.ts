import { nearestName } from '../../text/flag-names.js';
import { type CompileOptions, compileQuery } from './compile-query.js';
import { printQuery } from './print-query.js';
import type { Query } from './query.js';
import { type FieldValue, findField, isField } from './query-fields.js';

interface Keyed {
  get(key: string): FieldValue | undefined;
}

/** Most parts of an expression that are counted: it costs a pass over all runs for each. */
const mostParts = 8;

/**
 * Why no run matches an expression: how many match each part, and the value that was probably meant.
 * @returns sentences; empty if there is nothing to say
 */
export function explainEmpty(query: Query, runs: readonly Keyed[], options: CompileOptions): string {
  const parts = query.kind === 'and' ? query.of.slice(0, mostParts) : [query];
  const counted = parts.map((part) => {
    const { matches } = compileQuery(part, options);
    return { part, count: runs.filter((run) => matches((key) => run.get(key))).length };
  });
  const list = counted.map(({ part, count }) => `${printQuery(part)}: ${count}`).join('; ');
  const meant = counted
    .filter(({ count }) => count === 0)
    .flatMap(({ part }) => similarValue(part, runs, options) ?? []);
  return [...(parts.length > 1 ? [`Runs that match each part: ${list}.`] : []), ...meant].join(' ');
}

/** `tag = papr` where runs have the tag `paper`. */
function similarValue(part: Query, runs: readonly Keyed[], { known }: CompileOptions): string | undefined {
  if (part.kind !== 'compare' || part.operator !== '=') return undefined;
  const field = findField(part.field, known);
  if (!isField(field) || !['text', 'tags', 'any'].includes(field.kind)) return undefined;
  const values = new Set<string>();
  for (const run of runs) {
    const value = run.get(field.key);
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) values.add(String(one));
  }
  const nearest = nearestName(part.value.text, values);
  if (nearest !== undefined) return `Did you mean ${field.key} = ${nearest}?`;
  const sorted = [...values].sort();
  if (sorted.length === 0 || sorted.length > 10) return undefined;
  return `Values of ${field.key}: ${sorted.join(', ')}.`;
}
