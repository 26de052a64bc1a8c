import { useLayoutEffect } from 'preact/hooks';
import type { Sparkline } from '../../../protocol/sparklines.js';
import type { RowRange } from '../../tables/row-window.js';
import type { DisplayColumn } from '../columns/display-columns.js';
import { useList } from '../state/list-context.js';
import { selection } from '../state/selection.js';
import { type Lines, linesIn } from '../table/list-lines.js';
import type { TableView } from '../table/table-data.js';
import { useScrolledLines } from '../table/use-scrolled-lines.js';
import { PhoneGroup, PhoneRun } from './phone-line.js';

export interface PhoneListProps {
  readonly view: TableView;
  readonly lines: Lines;
  readonly columns: readonly DisplayColumn[];
  readonly trendOf: (run: string) => Sparkline | undefined;
  readonly onRange: (range: RowRange) => void;
}

const lineHeight = 56;

/** The runs on a phone: two lines each. */
export function PhoneList({ view, lines, columns, trendOf, onRange }: PhoneListProps) {
  const { actions, cursor } = useList();
  const { scroller, range } = useScrolledLines({ view, lines, lineHeight, above: 0 });
  useLayoutEffect(() => onRange(range), [range, view]);
  const selected = selection.value;
  const metrics = columns.filter(({ isMetric }) => isMetric);
  const metric = metrics.find(({ name }) => name === view.head.metric) ?? metrics[0];
  const flags = columns.filter(({ isMetric }) => !isMetric);
  return (
    <div class="list-scroller" ref={scroller}>
      <ul class="phone-list" style={{ height: `${lines.count * lineHeight}px` }}>
        {linesIn(lines, range).map(({ at, line }) => {
          const place = { top: `${at * lineHeight}px` };
          if (line === undefined) return <li key={at} style={place} />;
          if (line.kind === 'group') {
            return (
              <li key={`group ${line.group.where}`} style={place}>
                <PhoneGroup {...line} metric={metric} onToggle={() => actions.toggleGroup(line.group.where)} />
              </li>
            );
          }
          const { row } = line;
          const classes = [
            selected.has(row.id) && 'selected',
            line.isInGroup && 'in-group',
            at === cursor.value && 'cursor',
          ];
          return (
            <li key={row.id} style={place} class={classes.filter(Boolean).join(' ')}>
              <PhoneRun
                row={row}
                metric={metric}
                flags={flags}
                isSelected={selected.has(row.id)}
                trend={trendOf(row.id)}
                onSelect={(isRange) => actions.click(at, isRange)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
