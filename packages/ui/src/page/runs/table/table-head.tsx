import { useList } from '../list-context.js';
import { defaultFirst, type SortKey } from '../sort-order.js';
import { HeaderCell } from './header-cell.js';
import {
  createdWidth,
  durationWidth,
  type LaidColumn,
  statusWidth,
  type TableLayout,
  trendWidth,
} from './table-layout.js';

interface TableHeadProps {
  readonly layout: TableLayout;
  readonly sort: readonly SortKey[];
  /** What the small curves show. */
  readonly metric: string | null;
}

const fact = (key: string, title: string) => ({ key, title, kind: 'fact' as const, direction: null });
const facts = {
  name: fact('experiment', 'run'),
  status: fact('status', 'status'),
  duration: fact('duration', 'duration'),
  created: fact('created', 'created'),
};

/** The headers, and the widths of the columns. */
export function TableHead({ layout, sort, metric }: TableHeadProps) {
  const { actions } = useList();
  // Without an order the newest run is first.
  const shown = sort.length > 0 ? sort : [{ key: 'created', first: defaultFirst(facts.created) }];
  const factCell = (name: keyof typeof facts, style = '') => (
    <HeaderCell
      title={facts[name].title}
      sortKey={facts[name].key}
      sort={shown}
      onSort={(isSecond) => actions.sortBy({ field: facts[name] }, isSecond)}
      class={style}
    />
  );
  const cell = ({ column, shape, left }: LaidColumn) => (
    <HeaderCell
      key={column.name}
      title={column.title}
      hint={
        column.bestAt === undefined ? column.field.key : `${column.title}: the last value, the best one in brackets`
      }
      sortKey={column.field.key}
      sort={shown}
      onSort={(isSecond) => actions.sortBy(column, isSecond)}
      class={shape.isNumeric ? 'numeric' : ''}
      left={left}
    />
  );
  const widths = [
    layout.nameWidth,
    ...layout.pinned.map(({ width }) => width),
    statusWidth,
    ...(layout.hasTrend ? [trendWidth] : []),
    ...layout.columns.map(({ width }) => width),
    ...[durationWidth, createdWidth],
  ];
  return (
    <>
      <colgroup>
        {widths.map((width, at) => (
          <col key={at} style={{ width: `${width}px` }} />
        ))}
        <col />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {factCell('name', 'run-name')}
          {layout.pinned.map(cell)}
          {factCell('status')}
          {layout.hasTrend && (
            <th scope="col" class="trend-head" title={`${metric ?? ''} over the steps`}>
              {metric}
            </th>
          )}
          {layout.columns.map(cell)}
          {factCell('duration', 'numeric')}
          {factCell('created', 'numeric')}
          <th scope="col">
            <span class="only-read">Remarks</span>
          </th>
        </tr>
      </thead>
    </>
  );
}
