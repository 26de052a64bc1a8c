import { printableText } from '@forge-ml/core/text';
import type { ReportContent } from '../../protocol/report-content.js';
import { compareHref, runHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';

interface RunLinksProps {
  readonly content: ReportContent;
  /** The run that is shown, or `compare`. */
  readonly view: string;
}

/** The way from the comparison to the page of each run, and back. */
export function RunLinks({ content, view }: RunLinksProps) {
  const ids = content.runs.map(({ view }) => view.id);
  const current = (of: string) => (of === view ? { 'aria-current': 'page' as const } : {});
  return (
    <nav class="report-runs" aria-label="Runs of this report">
      <Link href={compareHref(ids)} {...current('compare')}>
        Comparison
      </Link>
      {content.runs.map(({ view: { id, label } }) => (
        <Link key={id} href={runHref(id)} {...current(id)}>
          {printableText(label)}
        </Link>
      ))}
    </nav>
  );
}
