import type { RunId } from '../../protocol/overview.js';
import type { ReportContent } from '../../protocol/report-content.js';
import { startReportLocation } from '../address/location.js';
import { compareHref, runHref } from '../parts/hrefs.js';

/** Opens the comparison, or the only run. */
export function startReport({ runs }: ReportContent): void {
  const ids = runs.map(({ view }) => view.id);
  const first = ids.length === 1 ? runHref(ids[0]!) : compareHref(ids);
  startReportLocation(first, (href) => viewOf(href, ids) !== undefined);
}

/** What an address of a report shows; undefined for one that it does not have. */
export function viewOf(href: string, ids: readonly RunId[]): 'compare' | RunId | undefined {
  const path = href.split('?', 1)[0]!;
  if (path === '/compare') return ids.length > 1 ? 'compare' : undefined;
  return ids.find((id) => runHref(id) === path);
}
