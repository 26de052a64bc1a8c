import { formatNumber, printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import { setQuery } from '../../address/location.js';
import { LineSample } from '../../chart/line-sample.js';
import type { SharedCursor } from '../../chart/shared-cursor.js';
import { exactText, shortText } from '../../parts/cell-text.js';
import { runHref } from '../../parts/hrefs.js';
import { Link } from '../../parts/link.js';
import { Status } from '../../parts/status.js';
import { CopyTable } from '../../tables/copy-table.js';
import { useWindow } from '../../tables/use-window.js';
import type { CompareModel } from '../choices/compare-model.js';
import { Toggle } from '../choices/toggle.js';
import {
  bestRun,
  type ComparedColumn,
  comparedColumns,
  parseSort,
  type Sort,
  sortedBy,
  sortedRuns,
} from './compared-columns.js';

interface ComparedTableProps {
  readonly model: CompareModel;
  readonly cursor: SharedCursor;
  readonly query: URLSearchParams;
}

const lineHeight = 28;

/** The runs with what differs between them, and with the metric that they are compared by. */
export function ComparedTable({ model, cursor, query }: ComparedTableProps) {
  const { view, metric, shown, looks } = model;
  const isAll = query.get('all') === '1';
  const direction = metric?.direction ?? null;
  const sort = parseSort(query.get('sort'), direction);
  const columns = useMemo(() => comparedColumns(view, metric, isAll), [view, metric, isAll]);
  const places = useMemo(
    () => sortedRuns(view.runs, columns, sort).filter((at) => shown.has(view.runs[at]!.id)),
    [view, columns, shown, sort.key, sort.first],
  );
  const best = metric === undefined ? undefined : bestRun(metric, places);
  const lookOf = useMemo(() => new Map(looks.map((look) => [look.id, look])), [looks]);
  const { scroller, first, end } = useWindow(places.length, lineHeight);
  const plain = () => ({
    titles: ['run', 'status', ...columns.map(({ title }) => title)],
    rows: places.map((at) => [
      view.runs[at]!.label,
      view.runs[at]!.status,
      ...columns.map(({ values }) => values[at]!),
    ]),
  });
  const equal = view.rows.filter((row) => row.equal).length;
  return (
    <section class="compare-section" aria-labelledby="what-differs">
      <div class="section-head">
        <h2 id="what-differs">What differs</h2>
        {metric !== undefined && <MetricSelect model={model} />}
        {equal > 0 && (
          <Toggle
            title={`also the ${equal} that are equal`}
            isOn={isAll}
            onChange={(isOn) => setQuery({ all: isOn ? '1' : null }, true)}
          />
        )}
        <CopyTable table={plain} />
      </div>
      {columns.every(({ group }) => group === 'metric') && (
        <p class="muted">No flag and no fact differs between these runs.</p>
      )}
      <div
        class="table-scroller"
        ref={scroller}
        onPointerLeave={() => {
          cursor.run.value = null;
        }}
      >
        <table class="wide-table" aria-rowcount={places.length + 1}>
          <thead>
            <tr>
              <Header column={{ key: 'run', title: 'run' }} {...{ sort, direction }} />
              {columns.map((column) => (
                <Header key={column.key} column={column} isNumeric={column.isNumeric} {...{ sort, direction }} />
              ))}
            </tr>
          </thead>
          <tbody>
            <Spacer lines={first} />
            {places.slice(first, end).map((at, line) => {
              const { id, label, status, name } = view.runs[at]!;
              const look = lookOf.get(id)!;
              return (
                <tr
                  key={id}
                  aria-rowindex={first + line + 2}
                  class={`${at === best ? 'best' : ''} ${cursor.run.value === id ? 'emphasized' : ''}`}
                  onPointerEnter={() => {
                    cursor.run.value = id;
                  }}
                >
                  <th scope="row">
                    <LineSample color={look.color} dash={look.cycle} /> <Status status={status} short />{' '}
                    <Link href={runHref(id)} title={name === '' ? label : `${label} ${printableText(name)}`}>
                      {printableText(label)}
                    </Link>
                    {at === best && <span class="best-mark">best</span>}
                  </th>
                  {columns.map((column) => (
                    <ValueCell key={column.key} column={column} at={at} isBest={at === best && column.key === 'best'} />
                  ))}
                </tr>
              );
            })}
            <Spacer lines={places.length - end} />
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ValueCellProps {
  readonly column: ComparedColumn;
  readonly at: number;
  readonly isBest: boolean;
}

function ValueCell({ column, at, isBest }: ValueCellProps) {
  const value = column.values[at]!;
  const text = column.key === 'best' && typeof value === 'number' ? formatNumber(value) : shortText(value);
  return (
    <td class={`${column.isNumeric ? 'number' : ''} ${isBest ? 'strong' : ''}`} title={exactText(value)}>
      {value === null ? <span class="muted">–</span> : text}
    </td>
  );
}

interface HeaderProps {
  readonly column: Pick<ComparedColumn, 'key' | 'title'> & { readonly group?: string };
  readonly isNumeric?: boolean;
  readonly sort: Sort;
  readonly direction: 'min' | 'max' | null;
}

function Header({ column: { key, title, group }, isNumeric: isRight = false, sort, direction }: HeaderProps) {
  const isSorted = sort.key === key;
  const next = sortedBy(sort, key, direction);
  const isFact = group !== undefined && group !== 'flags' && group !== 'metric';
  return (
    <th
      scope="col"
      class={isRight ? 'number' : ''}
      aria-sort={isSorted ? (sort.first === 'min' ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        class="sort-button"
        title={isFact ? `${title} (${group})` : title}
        onClick={() => setQuery({ sort: `${next.key}:${next.first}` }, true)}
      >
        {isFact && <span class="muted">{group} </span>}
        {printableText(title)}
        <span aria-hidden="true">{isSorted ? (sort.first === 'min' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}

function MetricSelect({ model: { metrics, metric } }: { readonly model: CompareModel }) {
  return (
    <label class="toggle">
      compared by
      <select
        value={metric!.address}
        onChange={({ currentTarget }) => setQuery({ by: currentTarget.value, sort: null }, true)}
      >
        {metrics.map(({ address }) => (
          <option key={address} value={address}>
            {printableText(address)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Spacer({ lines }: { readonly lines: number }) {
  return lines <= 0 ? null : <tr style={{ height: `${lines * lineHeight}px` }} />;
}
