import { printableText } from '@forge-ml/core/text';
import { location, open } from '../address/location.js';
import { ErrorProblem } from '../parts/error-problem.js';
import { useKeys } from '../parts/keys.js';
import { ViewHeading } from '../parts/view-heading.js';
import { sweepIdOf } from './sweep-id.js';
import { SweepView } from './sweep-view.js';
import { useSweep } from './use-sweep.js';

/** `/sweep/FOLDER/NAME` */
export function SweepPage() {
  const id = sweepIdOf(location.value.path) ?? '';
  const { data, error, isSlow } = useSweep(id);
  useKeys([{ key: 'Escape', does: 'back to the list of sweeps', run: () => open('/sweeps') }]);
  return (
    <div class="sweep-page">
      <ViewHeading title={printableText(data?.name ?? id.slice(id.lastIndexOf('/') + 1))} />
      {error !== undefined && <ErrorProblem error={error} />}
      {data === undefined ? (
        isSlow && error === undefined && <p class="muted">Reading the sweep…</p>
      ) : (
        <SweepView sweep={data} />
      )}
    </div>
  );
}
