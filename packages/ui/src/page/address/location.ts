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

/** Before each address in the address bar: the file of a report has its address after a `#`. */
let prefix = '';

/** Which views there are. A report has some of them. */
let hasView = (_href: string): boolean => true;

/** Starts to follow the address bar: Back and Forward work. */
export function startLocation(): void {
  follow(() => {
    const { pathname, search } = globalThis.location;
    return pathname + search;
  });
}

/**
 * The same for the file of a report, whose own path must stay.
 * @param first the address that it opens with
 * @param has whether it has the view of an address
 */
export function startReportLocation(first: string, has: (href: string) => boolean): void {
  prefix = '#';
  hasView = has;
  const read = () => {
    const href = globalThis.location.hash.slice(1);
    return href.startsWith('/') && has(href) ? href : first;
  };
  follow(read);
}

function follow(read: () => string): void {
  const update = () => {
    current.value = parsed(read());
  };
  addEventListener('popstate', update);
  update();
}

function parsed(href: string): Location {
  const at = href.indexOf('?');
  if (at < 0) return { path: href, query: new URLSearchParams() };
  return { path: href.slice(0, at), query: new URLSearchParams(href.slice(at + 1)) };
}

/** An address as in the address bar; undefined if there is no such view. */
export function hrefOf(href: string): string | undefined {
  return hasView(href) ? prefix + href : undefined;
}

/** Opens another view. In a report that does not have it, nothing happens. */
export function open(href: string): void {
  if (!hasView(href)) return;
  history.pushState(null, '', prefix + href);
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
  if (isStep) history.pushState(null, '', prefix + href);
  else history.replaceState(null, '', prefix + href);
  current.value = { path: current.value.path, query };
}
