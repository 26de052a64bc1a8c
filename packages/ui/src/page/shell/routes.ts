import type { RunId, SweepId } from '../../protocol/overview.js';

/** The view that a path shows. */
export type Route =
  | { readonly view: 'runs' | 'compare' | 'sweeps' }
  | { readonly view: 'run'; readonly id: RunId }
  | { readonly view: 'sweep'; readonly id: SweepId }
  | { readonly view: 'unknown'; readonly path: string };

const fixed = { '/': 'runs', '/compare': 'compare', '/sweeps': 'sweeps' } as const;

/** @param path of an address, percent-encoded */
export function routeOf(path: string): Route {
  const unknown: Route = { view: 'unknown', path };
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  if (Object.hasOwn(fixed, plain)) return { view: fixed[plain as keyof typeof fixed] };
  const [, first, ...encoded] = plain.split('/');
  const parts = encoded.map(decoded);
  if (parts.some((part) => part === undefined || part === '')) return unknown;
  if (first === 'run' && parts.length === 3) return { view: 'run', id: parts.join('/') };
  if (first === 'sweep' && parts.length === 2) return { view: 'sweep', id: parts.join('/') };
  return unknown;
}

/** Undefined for what is not percent-encoded UTF-8. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
