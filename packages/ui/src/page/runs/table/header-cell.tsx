import type { SortKey } from '../sort-order.js';

interface HeaderCellProps {
  readonly title: string;
  /** What is sorted by; undefined if it cannot be. */
  readonly sortKey: string;
  readonly sort: readonly SortKey[];
  readonly onSort: (isSecond: boolean) => void;
  readonly class?: string;
  readonly left?: number | undefined;
  readonly hint?: string;
}

/** The header of a column: a click sorts by it. */
export function HeaderCell({ title, sortKey, sort, onSort, class: name = '', left, hint }: HeaderCellProps) {
  const place = sort.findIndex(({ key }) => key === sortKey);
  const first = sort[place]?.first;
  const ariaSort = first === undefined ? undefined : first === 'min' ? 'ascending' : 'descending';
  return (
    <th
      scope="col"
      aria-sort={ariaSort}
      class={`${name} ${left === undefined ? '' : 'pinned'}`}
      style={left === undefined ? undefined : { left: `${left}px` }}
    >
      <button
        type="button"
        title={`${hint ?? title}\nShift: as a second key`}
        onClick={({ shiftKey }) => onSort(shiftKey)}
      >
        <span class="header-title">{title}</span>
        {first !== undefined && (
          <span aria-hidden="true">
            {first === 'min' ? '↑' : '↓'}
            {sort.length > 1 ? place + 1 : ''}
          </span>
        )}
      </button>
    </th>
  );
}
