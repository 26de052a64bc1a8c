import { useMemo } from 'preact/hooks';
import type { ReportContent } from '../../protocol/report-content.js';
import { location } from '../address/location.js';
import { ComparePage } from '../compare/compare-page.js';
import { RunPage } from '../run/run-page.js';
import { SourceContext } from '../source/use-source.js';
import { embeddedSource } from './embedded-source.js';
import { viewOf } from './report-address.js';
import { ReportFooter } from './report-footer.js';
import { RunLinks } from './run-links.js';

/** A report: the page of its run, or the comparison of its runs with a link to the page of each. */
export function Report({ content }: { readonly content: ReportContent }) {
  const source = useMemo(() => embeddedSource(content), [content]);
  const ids = content.runs.map(({ view }) => view.id);
  const view = viewOf(location.value.path, ids);
  return (
    <SourceContext.Provider value={source}>
      <div class="report">
        {ids.length > 1 && <RunLinks content={content} view={view ?? 'compare'} />}
        <main id="main">{view === 'compare' ? <ComparePage /> : <RunPage id={view ?? ids[0]!} />}</main>
        <ReportFooter content={content} />
      </div>
    </SourceContext.Provider>
  );
}
