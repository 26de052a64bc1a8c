import { formatCount, formatDuration, printableText } from '@forge-ml/core/text';
import type { RunView } from '../../../protocol/run-view.js';
import { Ago } from '../../parts/ago.js';
import { Status } from '../../parts/status.js';
import { noticeOf } from './notice-of.js';
import { doneShare, roughDuration, secondsLeft } from './progress.js';

/** How far a run is, and why it ended. */
export function StatusFacts({ run }: { readonly run: RunView }) {
  const { status, reason, step, epoch, totalSteps, created, ended, seconds } = run;
  const share = doneShare(run);
  const left = secondsLeft(run);
  return (
    <section class="facts-section">
      <p class="run-status">
        <Status status={status} />
        {reason !== null && noticeOf(run) === null && <span>{printableText(reason)}</span>}
      </p>
      {status === 'running' && share !== null && <progress value={share} aria-label="Steps done" />}
      <dl class="facts">
        {status !== 'damaged' && (
          <>
            <div>
              <dt>step</dt>
              <dd>
                {formatCount(step)}
                {totalSteps !== null && <span class="muted"> of {formatCount(totalSteps)}</span>}
              </dd>
            </div>
            <div>
              <dt>epoch</dt>
              <dd title={String(epoch)}>{Number.isInteger(epoch) ? epoch : epoch.toFixed(2)}</dd>
            </div>
          </>
        )}
        {left !== null && (
          <div>
            <dt>left</dt>
            <dd>about {roughDuration(left)}</dd>
          </div>
        )}
        {seconds !== null && (
          <div>
            <dt>trained</dt>
            <dd>{formatDuration(seconds)}</dd>
          </div>
        )}
        <div>
          <dt>started</dt>
          <dd>
            <Ago time={created} />
          </dd>
        </div>
        {ended !== null && (
          <div>
            <dt>ended</dt>
            <dd>
              <Ago time={ended} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
