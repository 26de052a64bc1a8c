import { formatCount, formatNumber, printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import type { SweepPage, SweepTrial } from '../../protocol/sweep-page.js';
import { setQuery } from '../address/location.js';
import { exactText } from '../parts/cell-text.js';
import { runHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';
import { useWindow } from '../tables/use-window.js';
import { stateShapes } from './sweep-text.js';
import { parseTrialSort, sortedTrials, type TrialColumn, trialColumns } from './trial-order.js';

interface TrialsTableProps {
  readonly sweep: SweepPage;
  readonly query: URLSearchParams;
  /** The positions of the trials to show. */
  readonly within: ReadonlySet<number>;
  /** The number of a trial. */
  readonly emphasized: number | undefined;
  readonly onEmphasize: (trial: number | undefined) => void;
}

const lineHeight = 28;

/** All trials, of which only those on screen are drawn: parameters, values, state and why one ended. */
export function TrialsTable({ sweep, query, within, emphasized, onEmphasize }: TrialsTableProps) {
  const { trials, objectives, best } = sweep;
  const columns = useMemo(() => trialColumns(sweep), [sweep]);
  const sort = parseTrialSort(query.get('sort'), columns, objectives.length);
  const sorted = useMemo(() => {
    return sortedTrials(
      trials.filter((_, row) => within.has(row)),
      columns,
      sort,
    );
  }, [trials, within, columns, sort.key, sort.first]);
  const { scroller, first, end } = useWindow(sorted.length, lineHeight);
  return (
    <section class="compare-section" aria-labelledby="trials">
      <div class="section-head">
        <h2 id="trials">Trials</h2>
        <span class="muted">
          {sorted.length === trials.length
            ? formatCount(trials.length)
            : `${formatCount(sorted.length)} of ${formatCount(trials.length)} in the chosen ranges`}
        </span>
        {sorted.length < trials.length && (
          <button type="button" class="quiet" onClick={() => setQuery({ ranges: null }, true)}>
            Show all
          </button>
        )}
      </div>
      <div class="table-scroller" ref={scroller} onPointerLeave={() => onEmphasize(undefined)}>
        <table class="wide-table" aria-rowcount={sorted.length + 1}>
          <thead>
            <tr>
              {columns.map((column) => (
                <Header key={column.key} column={column} isSorted={column.key === sort.key} first={sort.first} />
              ))}
              <th scope="col">
                <span class="column-title">runs</span>
              </th>
              <th scope="col">
                <span class="column-title">why</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <Spacer lines={first} />
            {sorted.slice(first, end).map((trial, line) => (
              <tr
                key={trial.trial}
                aria-rowindex={first + line + 2}
                class={`${best.includes(trial.trial) ? 'best' : ''} ${trial.trial === emphasized ? 'emphasized' : ''}`}
                onPointerEnter={() => onEmphasize(trial.trial)}
              >
                {columns.map((column) => (
                  <TrialCell key={column.key} {...{ column, trial }} isBest={best.includes(trial.trial)} />
                ))}
                <td>
                  {trial.runs.map((run) => (
                    <Link key={run} class="run-link" href={runHref(run)}>
                      {printableText(run.slice(run.indexOf('/') + 1))}
                    </Link>
                  ))}
                </td>
                <td class="muted" title={trial.reason === null ? '' : printableText(trial.reason)}>
                  {trial.reason !== null && printableText(trial.reason)}
                </td>
              </tr>
            ))}
            <Spacer lines={sorted.length - end} />
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface TrialCellProps {
  readonly column: TrialColumn;
  readonly trial: SweepTrial;
  readonly isBest: boolean;
}

function TrialCell({ column: { key, isNumeric, valueIn }, trial, isBest }: TrialCellProps) {
  const value = valueIn(trial);
  if (key === 'trial') {
    return (
      <th scope="row">
        {trial.trial}
        {isBest && <span class="best-mark">best</span>}
      </th>
    );
  }
  if (key === 'state') {
    return (
      <td class={`trial-state ${trial.state}`}>
        <span aria-hidden="true">{stateShapes[trial.state]}</span> {trial.state}
      </td>
    );
  }
  const isValue = key.startsWith('value');
  return (
    <td class={`${isNumeric ? 'number' : ''} ${isValue && isBest ? 'strong' : ''}`} title={exactText(value)}>
      {value === null ? (
        <span class="muted">–</span>
      ) : typeof value === 'number' ? (
        shownNumber(value)
      ) : (
        exactText(value)
      )}
    </td>
  );
}

/** Whole numbers, such as sizes, are exact. */
function shownNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value);
}

interface HeaderProps {
  readonly column: TrialColumn;
  readonly isSorted: boolean;
  readonly first: 'min' | 'max';
}

function Header({ column: { key, title, isNumeric, first: usual }, isSorted, first }: HeaderProps) {
  const next = isSorted ? (first === 'min' ? 'max' : 'min') : usual;
  return (
    <th
      scope="col"
      class={isNumeric && key !== 'trial' ? 'number' : ''}
      aria-sort={isSorted ? (first === 'min' ? 'ascending' : 'descending') : undefined}
    >
      <button type="button" class="sort-button" onClick={() => setQuery({ sort: `${key}:${next}` }, true)}>
        {printableText(title)}
        <span aria-hidden="true">{isSorted ? (first === 'min' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}

function Spacer({ lines }: { readonly lines: number }) {
  return lines <= 0 ? null : <tr style={{ height: `${lines * lineHeight}px` }} />;
}
