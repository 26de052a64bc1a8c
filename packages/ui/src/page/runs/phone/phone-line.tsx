import { formatNumber, printableText } from '@forge-ml/core/text';
import type { Sparkline } from '../../../protocol/sparklines.js';
import type { TableGroup, TableRow } from '../../../protocol/table.js';
import { Ago } from '../../parts/ago.js';
import { measuredText, shortText } from '../../parts/cell-text.js';
import { runHref } from '../../parts/hrefs.js';
import { Link } from '../../parts/link.js';
import { Status } from '../../parts/status.js';
import type { DisplayColumn } from '../columns/display-columns.js';
import { GroupName } from '../table/group-name.js';
import { Trend } from '../trends/trend.js';

interface PhoneRunProps {
  readonly row: TableRow;
  readonly metric: DisplayColumn | undefined;
  readonly flags: readonly DisplayColumn[];
  readonly isSelected: boolean;
  readonly trend: Sparkline | undefined;
  readonly onSelect: (isRange: boolean) => void;
}

/** A run: its name and its first metric, then what differs, or why it failed. */
export function PhoneRun({ row, metric, flags, isSelected, trend, onSelect }: PhoneRunProps) {
  const { id, label, name, status, reason, created, cells } = row;
  const isBroken = status === 'failed' || status === 'crashed' || status === 'damaged';
  return (
    <>
      <label class="phone-check">
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`Select ${label}`}
          onClick={({ shiftKey }) => onSelect(shiftKey)}
        />
      </label>
      <Link class="phone-run cursor-target" href={runHref(id)}>
        <span class="phone-first">
          <span class="phone-name">
            <Status status={status} short /> {label}
            {name !== '' && <span class="muted"> {printableText(name)}</span>}
          </span>
          <Trend line={trend} />
          {metric !== undefined && (
            <span class="phone-metric">
              {measuredText(cells[metric.at] ?? null)}
              {metric.bestAt !== undefined && typeof cells[metric.bestAt] === 'number' && (
                <span class={cells[metric.bestAt] === metric.best ? 'strong' : 'muted'}>
                  {' '}
                  ({formatNumber(cells[metric.bestAt] as number)})
                </span>
              )}
            </span>
          )}
        </span>
        <span class="phone-second">
          <span class="phone-facts">
            {status !== 'completed' && <span class={`status ${status}`}>{status}</span>}
            {isBroken && reason !== null ? (
              <span class="broken">{printableText(reason)}</span>
            ) : (
              flags.map(({ name: key, title, at }) => (
                <span key={key}>
                  {title} <span class="phone-value">{shortText(cells[at] ?? null)}</span>
                </span>
              ))
            )}
          </span>
          <Ago time={created} />
        </span>
      </Link>
    </>
  );
}

interface PhoneGroupProps {
  readonly group: TableGroup;
  readonly metric: DisplayColumn | undefined;
  readonly isExpanded: boolean;
  readonly onToggle: () => void;
}

export function PhoneGroup({ group, metric, isExpanded, onToggle }: PhoneGroupProps) {
  const { title, flags, runs, running, failed, cells, deviations } = group;
  const at = metric === undefined ? -1 : (metric.bestAt ?? metric.at);
  const deviation = deviations[at] ?? null;
  const count = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  const name = <GroupName {...{ title, flags }} />;
  // The flags of a configuration need the whole width.
  const isLong = flags.length > 0;
  return (
    <button
      type="button"
      class="phone-run phone-group"
      title={printableText(title)}
      aria-expanded={isExpanded}
      onClick={onToggle}
    >
      <span class="phone-first">
        <span class="phone-name">
          <span aria-hidden="true">{isExpanded ? '▾' : '▸'}</span> {isLong ? count : name}
        </span>
        {at >= 0 && (
          <span class="phone-metric">
            {measuredText(cells[at] ?? null)}
            {deviation !== null && <span class="muted"> ± {formatNumber(deviation)}</span>}
          </span>
        )}
      </span>
      <span class="phone-second">
        <span class="phone-facts">
          <span class={isLong ? 'phone-flags' : ''}>{isLong ? name : count}</span>
          {running > 0 && <span class="status running">{running} running</span>}
          {failed > 0 && <span class="status failed">{failed} failed</span>}
        </span>
      </span>
    </button>
  );
}
