import { useLayoutEffect } from 'preact/hooks';
import type { Sparkline } from '../../../protocol/sparklines.js';
import type { RowRange } from '../../tables/row-window.js';
import type { DisplayColumn } from '../columns/display-columns.js';
import { useList } from '../state/list-context.js';
import { selection } from '../state/selection.js';
import type { SortKey } from '../state/sort-order.js';
import { GroupRow } from './group-row.js';
import { type Lines, linesIn } from './list-lines.js';
import { RunRow } from './run-row.js';
import type { TableView } from './table-data.js';
import { TableHead } from './table-head.js';
import { useLayout } from './use-layout.js';
import { useScrolledLines } from './use-scrolled-lines.js';

export interface RunsTableProps {
  readonly view: TableView;
  readonly lines: Lines;
  /** The columns that tell runs apart. */
  readonly columns: readonly DisplayColumn[];
  readonly pinned: readonly string[];
  readonly sort: readonly SortKey[];
  readonly trendOf: (run: string) => Sparkline | undefined;
  readonly onRange: (range: RowRange) => void;
}

const lineHeight = 28;
const headHeight = 32;

/** The runs as a table, of which only the rows on screen are drawn. */
export function RunsTable({ view, lines, columns, pinned, sort, trendOf, onRange }: RunsTableProps) {
  const { actions, cursor } = useList();
  const { scroller, range } = useScrolledLines({ view, lines, lineHeight, above: headHeight });
  useLayoutEffect(() => onRange(range), [range, view]);
  const shown = linesIn(lines, range);
  const hasTrend = view.head.metric !== null && view.query.group === null;
  const layout = useLayout({ shown, columns, pinned, sort, hasTrend });
  const selected = selection.value;
  const clickRow = (event: MouseEvent) => {
    const line = clickedLine(event);
    if (line !== undefined) actions.click(line, event.shiftKey);
  };
  return (
    <div class="list-scroller" ref={scroller}>
      <table class="runs-table" aria-rowcount={lines.count + 1} style={{ width: `max(100%, ${layout.width}px)` }}>
        <TableHead layout={layout} sort={sort} metric={view.head.metric} />
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the key x selects the row of the cursor */}
        <tbody onClick={clickRow} onMouseDown={keepText}>
          <Spacer lines={range.first} />
          {shown.map(({ at, line }) => {
            const isCursor = at === cursor.value;
            if (line === undefined) return <tr key={at} class="pending" aria-rowindex={at + 2} />;
            if (line.kind === 'group') {
              return <GroupRow key={`group ${at}`} {...line} line={at} layout={layout} isCursor={isCursor} />;
            }
            const { id } = line.row;
            return (
              <RunRow
                key={at}
                line={at}
                row={line.row}
                layout={layout}
                isInGroup={line.isInGroup}
                isSelected={selected.has(id)}
                isCursor={isCursor}
                trend={trendOf(id)}
                actions={actions}
              />
            );
          })}
          <Spacer lines={lines.count - range.end} />
        </tbody>
      </table>
    </div>
  );
}

/** The line that was clicked; undefined if the click was for something in it, or selected a text. */
function clickedLine({ target }: MouseEvent): number | undefined {
  if (!(target instanceof Element) || target.closest('a, button') !== null) return undefined;
  if (getSelection()?.type === 'Range') return undefined;
  const line = target.closest<HTMLElement>('[data-line]')?.dataset.line;
  return line === undefined ? undefined : Number(line);
}

/** With shift the browser would select the text between two clicks. */
function keepText(event: MouseEvent): void {
  if (event.shiftKey) event.preventDefault();
}

function Spacer({ lines }: { readonly lines: number }) {
  return lines <= 0 ? null : <tr style={{ height: `${lines * lineHeight}px` }} />;
}
