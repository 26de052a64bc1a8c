import { formatQuery } from './format-query.js';
import type { Location } from './location.js';

/** The address with other parameters; null removes one. */
export function hrefWith({ path, query }: Location, changes: Readonly<Record<string, string | null>>): string {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.delete(name);
    else changed.set(name, value);
  }
  const text = formatQuery(changed);
  return text === '' ? path : `${path}?${text}`;
}
