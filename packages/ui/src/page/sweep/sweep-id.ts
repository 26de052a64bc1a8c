import type { SweepId } from '../../protocol/overview.js';

/** The sweep of a path: `/sweep/results/wide`. Undefined if it is none. @param path percent-encoded */
export function sweepIdOf(path: string): SweepId | undefined {
  const [, view, ...parts] = path.replace(/\/$/, '').split('/');
  if (view !== 'sweep') return undefined;
  try {
    return parts.map(decodeURIComponent).join('/');
  } catch {
    return undefined;
  }
}
