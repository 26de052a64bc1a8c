import type { SortKey } from '../state/sort-order.js';

interface SortButtonProps {
  readonly title: string;
  /** What is sorted by. */
  readonly field: string;
  readonly sort: readonly SortKey[];
  readonly onSort: (isSecond: boolean) => void;
  readonly hint?: string;
}

export function ariaSort(sort: readonly SortKey[], field: string): 'ascending' | 'descending' | undefined {
  const first = sort.find(({ key }) => key === field)?.first;
  if (first === undefined) return undefined;
  return first === 'min' ? 'ascending' : 'descending';
}

/** Sorts by a field, and shows whether the table is. */
export function SortButton({ title, field, sort, onSort, hint = title }: SortButtonProps) {
  const place = sort.findIndex(({ key }) => key === field);
  const first = sort[place]?.first;
  return (
    <button
      type="button"
      class={first === undefined ? '' : 'sorted'}
      title={`${hint}\nShift: as a second key`}
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
  );
}

interface HeaderCellProps extends SortButtonProps {
  readonly class?: string;
  /** Pixels from the left edge, of a pinned column. */
  readonly left?: number | undefined;
}

/** The header of a column: a click sorts by it. */
export function HeaderCell({ class: name = '', left, ...button }: HeaderCellProps) {
  return (
    <th
      scope="col"
      aria-sort={ariaSort(button.sort, button.field)}
      class={`${name} ${left === undefined ? '' : 'pinned'}`}
      style={left === undefined ? undefined : { left: `${left}px` }}
    >
      <SortButton {...button} />
    </th>
  );
}
