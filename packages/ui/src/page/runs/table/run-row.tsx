import { formatDuration, printableText } from '@forge-ml/core/text';
import { Component } from 'preact';
import type { Sparkline } from '../../../protocol/sparklines.js';
import type { TableRow } from '../../../protocol/table.js';
import { Ago } from '../../parts/ago.js';
import { runHref } from '../../parts/hrefs.js';
import { Link } from '../../parts/link.js';
import { Status } from '../../parts/status.js';
import type { ListActions } from '../state/list-context.js';
import { Trend } from '../trends/trend.js';
import { ValueCell } from './cells.js';
import { Remarks } from './remarks.js';
import type { LaidColumn, TableLayout } from './table-layout.js';

interface RunRowProps {
  readonly line: number;
  readonly row: TableRow;
  readonly layout: TableLayout;
  readonly isInGroup: boolean;
  readonly isSelected: boolean;
  readonly isCursor: boolean;
  readonly trend: Sparkline | undefined;
  readonly actions: ListActions;
}

/** A run. It is drawn again only when something of it changes: the table scrolls through thousands. */
export class RunRow extends Component<RunRowProps> {
  override shouldComponentUpdate(next: RunRowProps): boolean {
    const before = this.props;
    return (Object.keys(next) as (keyof RunRowProps)[]).some((name) => next[name] !== before[name]);
  }

  override render() {
    const { line, row, layout, isInGroup, isSelected, isCursor, trend, actions } = this.props;
    const { id, label, name, status, created, seconds, cells } = row;
    const { edit } = actions;
    const valueCell = (laid: LaidColumn) => <ValueCell key={laid.column.name} laid={laid} cells={cells} />;
    return (
      <tr
        class={`${isSelected ? 'selected' : ''} ${isCursor ? 'cursor' : ''} ${isInGroup ? 'in-group' : ''}`}
        aria-rowindex={line + 2}
        data-line={line}
      >
        <th scope="row" class="run-name">
          <div class="name-line">
            <input type="checkbox" checked={isSelected} aria-label={`Select ${label}`} tabIndex={-1} />
            <Status status={status} short />
            <Link
              class="cursor-target"
              href={runHref(id)}
              tabIndex={isCursor ? 0 : -1}
              title={name === '' ? label : `${label} ${printableText(name)}`}
            >
              {label}
            </Link>
            {status !== 'completed' && <span class={`status-word ${status}`}>{status}</span>}
            {name !== '' && <span class="display-name">{printableText(name)}</span>}
            {edit !== undefined && (
              <button
                type="button"
                class="edit"
                tabIndex={-1}
                aria-label={`Edit ${label}`}
                title="Edit (e)"
                onClick={() => edit(row)}
              >
                ✎
              </button>
            )}
          </div>
        </th>
        {layout.pinned.map(valueCell)}
        {layout.hasTrend && (
          <td class="trend">
            <Trend line={trend} />
          </td>
        )}
        {layout.columns.map(valueCell)}
        <td>
          <Remarks row={row} isCursor={isCursor} />
        </td>
        <td class="numeric muted">
          <Ago time={created} />
        </td>
        <td class="numeric muted">{seconds === null ? '' : formatDuration(seconds)}</td>
      </tr>
    );
  }
}
