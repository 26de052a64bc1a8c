import { signal } from '@preact/signals';
import { formatQuery } from './format-query.js';

/** The address of the page. Every view is one, and everything that a person chose is in its query. */
export interface Location {
  readonly path: string;
  readonly query: URLSearchParams;
}

const current = signal<Location>({ path: '/', query: new URLSearchParams() });

/** Reading it in a component or an effect renders that again when the address changes. */
export const location = {
  get value(): Location {
    return current.value;
  },
};

/** Starts to follow the address bar: Back and Forward work. */
export function startLocation(): void {
  const read = () => {
    const { pathname, search } = globalThis.location;
    current.value = { path: pathname, query: new URLSearchParams(search) };
  };
  addEventListener('popstate', read);
  read();
}

/** Opens another view. */
export function open(href: string): void {
  history.pushState(null, '', href);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/**
 * Changes parameters of the query; null removes one.
 * @param isStep whether Back returns to the state before: for a filter, not for each letter of it
 */
export function setQuery(changes: Readonly<Record<string, string | null>>, isStep = false): void {
  const query = new URLSearchParams(current.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = formatQuery(query);
  const href = text === '' ? current.value.path : `${current.value.path}?${text}`;
  if (isStep) history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  current.value = { path: current.value.path, query };
}
