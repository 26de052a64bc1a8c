import { useMemo } from 'preact/hooks';
import { location, open } from '../address/location.js';
import { parseRunSet } from '../address/run-set.js';
import { useKeys } from '../parts/keys.js';
import { Link } from '../parts/link.js';
import { ViewHeading } from '../parts/view-heading.js';
import { useOverview } from '../source/use-overview.js';
import { CompareView } from './compare-view.js';

/** `/compare?runs=…` */
export function ComparePage() {
  const text = location.value.query.get('runs') ?? '';
  const runs = useMemo(() => parseRunSet(text), [text]);
  // A report has no list.
  const hasList = (useOverview()?.folders.length ?? 0) > 0;
  useKeys(!hasList ? [] : [{ key: 'Escape', does: 'back to the list of runs', run: () => open('/') }]);
  return (
    <div class="compare-page">
      <ViewHeading
        title={runs.length === 0 ? 'Compare' : `Compare ${runs.length === 1 ? 'a run' : `${runs.length} runs`}`}
      />
      {runs.length === 0 ? (
        <p>
          No runs are chosen. Select some in <Link href="/">the list of runs</Link> with <kbd>x</kbd>, then press{' '}
          <kbd>c</kbd>.
        </p>
      ) : (
        <CompareView runs={runs} />
      )}
    </div>
  );
}
