import { printableText } from '@forge-ml/core/text';
import type { RunView } from '../../../protocol/run-view.js';
import { runHref, sweepHref } from '../../parts/hrefs.js';
import { Link } from '../../parts/link.js';

/** The sweep that a run is a trial of, and the run that it repeats. */
export function RunLinks({ run: { sweep, rerunOf } }: { readonly run: RunView }) {
  if (sweep === null && rerunOf === null) return null;
  return (
    <dl class="facts facts-section">
      {sweep !== null && (
        <div>
          <dt>sweep</dt>
          <dd>
            <Link href={sweepHref(sweep.id)}>{printableText(sweep.name)}</Link>, trial {sweep.trial}
          </dd>
        </div>
      )}
      {rerunOf !== null && (
        <div>
          <dt>rerun of</dt>
          <dd>
            <Link href={runHref(rerunOf.id)}>{printableText(rerunOf.label)}</Link>
          </dd>
        </div>
      )}
    </dl>
  );
}
