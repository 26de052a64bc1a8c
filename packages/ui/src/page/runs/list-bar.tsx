import { formatCount } from '@forge-ml/core/text';
import type { ComponentChildren } from 'preact';
import type { GroupBy } from '../../protocol/table.js';
import { compareHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';
import { select, selection } from './state/selection.js';

interface ListBarProps {
  readonly matching: number;
  readonly total: number;
  readonly group: GroupBy | null;
  readonly areColumnsChosen: boolean;
  readonly onColumns: () => void;
  readonly onGroup: (group: GroupBy | null) => void;
  readonly onSelectAll: () => void;
  /** Undefined if runs cannot be removed. */
  readonly onTrash: (() => void) | undefined;
}

/** What the list shows, and what can be done with the selected runs. */
export function ListBar({
  matching,
  total,
  group,
  areColumnsChosen,
  onColumns,
  onGroup,
  onSelectAll,
  onTrash,
}: ListBarProps) {
  const selected = [...selection.value];
  return (
    <footer class={`list-bar ${selected.length === 0 ? '' : 'has-selection'}`}>
      <button type="button" class="quiet" onClick={onColumns}>
        columns<span class="wide-only">: {areColumnsChosen ? 'chosen' : 'what differs'}</span>
      </button>
      <label class="quiet group-by">
        group by
        <select
          value={group ?? ''}
          onChange={({ currentTarget: { value } }) => onGroup(value === '' ? null : (value as GroupBy))}
        >
          <option value="">nothing</option>
          <option value="experiment">experiment</option>
          <option value="configuration">configuration</option>
        </select>
      </label>
      <div class="list-bar-selection">
        {selected.length === 0 ? (
          group === null &&
          matching > 0 && (
            <button type="button" class="quiet" onClick={onSelectAll}>
              select all{matching === total ? '' : ` ${formatCount(matching)}`}
              {matching === total ? null : <span class="wide-only"> matching</span>}
            </button>
          )
        ) : (
          <>
            <span aria-live="polite">{formatCount(selected.length)} selected</span>
            <Compare runs={selected}>compare</Compare>
            {onTrash !== undefined && (
              <button type="button" class="quiet" onClick={onTrash}>
                move to trash
              </button>
            )}
            <button type="button" class="quiet" title="Select none (Esc)" onClick={() => select([])}>
              none
            </button>
          </>
        )}
      </div>
    </footer>
  );
}

function Compare({ runs, children }: { readonly runs: readonly string[]; readonly children: ComponentChildren }) {
  return (
    <Link class="button primary" href={compareHref(runs)} title="Compare (c)">
      {children} <kbd>c</kbd>
    </Link>
  );
}
