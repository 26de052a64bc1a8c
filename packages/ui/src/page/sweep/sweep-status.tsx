import { formatDuration, formatNumber, printableText } from '@forge-ml/core/text';
import type { SweepPage } from '../../protocol/sweep-page.js';
import { location } from '../address/location.js';
import { measuredText } from '../parts/cell-text.js';
import { CommandText } from '../parts/command-text.js';
import { CopyButton } from '../parts/copy-button.js';
import { compareHref, runHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';
import { Status } from '../parts/status.js';
import { BestCount } from './best-count.js';
import { comparedCount } from './compared-count.js';
import { countsText, remainingText, sweepStatus } from './sweep-text.js';
import { bestRuns } from './trial-order.js';

/** How a sweep is going, what it has found, and the commands that continue it. */
export function SweepStatus({ sweep }: { readonly sweep: SweepPage }) {
  const { status, reason, method, counts, elapsed, commands, objectives, trials } = sweep;
  const left = remainingText(sweep);
  const count = comparedCount(location.value.query.get('best'));
  const compared = bestRuns(sweep, count);
  return (
    <div class="sweep-status">
      <dl>
        <dt>status</dt>
        <dd>
          <Status status={sweepStatus[status]} short />
          {status}
          {reason !== null && <span class="muted">: {printableText(reason)}</span>}
        </dd>
        <dt>trials</dt>
        <dd>
          {trials.length === 0 ? 'none yet' : countsText(counts)}
          {left !== '' && <span class="muted">; {left}</span>}
        </dd>
        <dt>objective</dt>
        <dd>
          {objectives
            .map(({ metric, direction }) => `${direction === 'min' ? 'minimize' : 'maximize'} ${printableText(metric)}`)
            .join(', ')}
        </dd>
        <dt>method</dt>
        <dd>
          {printableText(method)}
          <span class="muted">
            , {formatDuration(elapsed)}
            {status === 'completed' ? '' : ' so far'}
          </span>
        </dd>
        {sweep.best.length > 0 && (
          <>
            <dt>{objectives.length > 1 ? 'Pareto front' : 'best'}</dt>
            <dd>
              <BestTrials sweep={sweep} />
              {compared.length > 1 && (
                <p class="compare-best">
                  <Link class="button" href={compareHref(compared)}>
                    Compare {objectives.length > 1 ? `these ${compared.length}` : `the best ${compared.length}`}
                  </Link>
                  {objectives.length === 1 && <BestCount count={count} />}
                </p>
              )}
            </dd>
          </>
        )}
      </dl>
      <ul class="sweep-commands" aria-label="Commands">
        {commands.map(({ title, command }) => (
          <li key={command}>
            <span class="muted">{printableText(title)}</span>
            <span class="command">
              <CommandText command={command} />
              <CopyButton text={command} what={`the command: ${title}`} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const mostShown = 8;

function BestTrials({ sweep: { best, trials, objectives, parameters } }: { readonly sweep: SweepPage }) {
  const shown = trials.filter(({ trial }) => best.includes(trial));
  return (
    <ul class="best-trials">
      {shown.slice(0, mostShown).map(({ trial, values, runs, parameters: cells }) => {
        const text = `trial ${trial}`;
        const run = runs.at(-1);
        return (
          <li key={trial}>
            {run === undefined ? text : <Link href={runHref(run)}>{text}</Link>}{' '}
            <b>{values?.map((value) => formatNumber(value)).join(', ')}</b>{' '}
            <span class="muted">
              {parameters
                .map(({ name }, at) => `${printableText(name)} ${measuredText(cells[at] ?? 'none')}`)
                .join('  ')}
            </span>
          </li>
        );
      })}
      {shown.length > mostShown && objectives.length > 1 && (
        <li class="muted">{shown.length - mostShown} more, in the table</li>
      )}
    </ul>
  );
}
