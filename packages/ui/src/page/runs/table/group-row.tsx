import { printableText } from '@forge-ml/core/text';
import type { TableGroup } from '../../../protocol/table.js';
import { useList } from '../state/list-context.js';
import { selection } from '../state/selection.js';
import { GroupCell } from './cells.js';
import { GroupName } from './group-name.js';
import type { LaidColumn, TableLayout } from './table-layout.js';

interface GroupRowProps {
  readonly line: number;
  readonly group: TableGroup;
  readonly layout: TableLayout;
  readonly isExpanded: boolean;
  readonly isCursor: boolean;
}

/** Runs of an experiment or of a configuration: means, with the runs below it on demand. */
export function GroupRow({ line, group, layout, isExpanded, isCursor }: GroupRowProps) {
  const { actions } = useList();
  const { title, flags, runs, running, failed, ids, cells, deviations } = group;
  const text = printableText(title);
  const isSelected = ids.every((id) => selection.value.has(id));
  const groupCell = (laid: LaidColumn) => (
    <GroupCell key={laid.column.name} laid={laid} cells={cells} deviations={deviations} />
  );
  return (
    <tr
      class={`group ${isSelected ? 'selected' : ''} ${isCursor ? 'cursor' : ''}`}
      aria-rowindex={line + 2}
      data-line={line}
    >
      <th scope="row" class="run-name">
        <div class="name-line">
          <input type="checkbox" checked={isSelected} aria-label={`Select the runs of ${text}`} tabIndex={-1} />
          <button
            type="button"
            class="expand cursor-target"
            aria-expanded={isExpanded}
            tabIndex={isCursor ? 0 : -1}
            onClick={() => actions.toggleGroup(group.where)}
          >
            <span aria-hidden="true">{isExpanded ? '▾' : '▸'}</span>{' '}
            <span title={text}>
              <GroupName {...{ title, flags }} />
            </span>
          </button>
          <span class="status-word">
            {runs} {runs === 1 ? 'run' : 'runs'}
          </span>
        </div>
      </th>
      {layout.pinned.map(groupCell)}
      {layout.hasTrend && <td />}
      {layout.columns.map(groupCell)}
      <td>
        <div class="remarks">
          {running > 0 && <span class="status running">{running} running</span>}
          {failed > 0 && <span class="status failed">{failed} failed</span>}
        </div>
      </td>
      <td />
      <td />
    </tr>
  );
}
