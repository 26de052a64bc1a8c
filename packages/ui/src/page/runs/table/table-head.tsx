import type { TableField } from '../../../protocol/table.js';
import { useList } from '../state/list-context.js';
import { defaultFirst, type SortKey } from '../state/sort-order.js';
import { ariaSort, HeaderCell, SortButton } from './header-cell.js';
import { createdWidth, durationWidth, type LaidColumn, type TableLayout, trendWidth } from './table-layout.js';

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
  const sortBy = (field: TableField) => (isSecond: boolean) => actions.sortBy({ field }, isSecond);
  const factCell = (field: TableField) => (
    <HeaderCell title={field.title} field={field.key} sort={shown} onSort={sortBy(field)} class="numeric" />
  );
  const cell = ({ column, shape, left }: LaidColumn) => (
    <HeaderCell
      key={column.name}
      field={column.field.key}
      title={column.title}
      hint={
        column.bestAt === undefined ? column.field.key : `${column.title}: the last value, the best one in brackets`
      }
      sort={shown}
      onSort={sortBy(column.field)}
      class={shape.isNumeric ? 'numeric' : ''}
      left={left}
    />
  );
  const widths = [
    layout.nameWidth,
    ...layout.pinned.map(({ width }) => width),
    ...(layout.hasTrend ? [trendWidth] : []),
    ...layout.columns.map(({ width }) => width),
    undefined,
    ...[createdWidth, durationWidth],
  ];
  return (
    <>
      <colgroup>
        {widths.map((width, at) => (
          <col key={at} style={width === undefined ? undefined : { width: `${width}px` }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col" class="run-name" aria-sort={ariaSort(shown, 'experiment')}>
            <div class="header-pair">
              <SortButton title="run" field="experiment" sort={shown} onSort={sortBy(facts.name)} />
              <SortButton title="status" field="status" sort={shown} onSort={sortBy(facts.status)} />
            </div>
          </th>
          {layout.pinned.map(cell)}
          {layout.hasTrend && (
            <th scope="col" class="trend-head" title={`${metric ?? ''} over the steps`}>
              {metric}
            </th>
          )}
          {layout.columns.map(cell)}
          <th scope="col">
            <span class="only-read">Remarks</span>
          </th>
          {factCell(facts.created)}
          {factCell(facts.duration)}
        </tr>
      </thead>
    </>
  );
}
