import type { RunId, SweepId } from '../../protocol/overview.js';
import { formatQuery } from '../address/format-query.js';
import { formatRunSet } from '../address/run-set.js';

function encoded(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

export function runHref(id: RunId): string {
  return `/run/${encoded(id)}`;
}

export function sweepHref(id: SweepId): string {
  return `/sweep/${encoded(id)}`;
}

export function compareHref(runs: readonly RunId[]): string {
  return `/compare?${formatQuery(new URLSearchParams({ runs: formatRunSet(runs) }))}`;
}
