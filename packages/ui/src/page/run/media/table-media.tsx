import { formatCount, printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import type { MediaItem } from '../../../protocol/run-view.js';
import { exactText, measuredText } from '../../parts/cell-text.js';
import { Problem } from '../../parts/problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import { parseTable } from './parse-table.js';

/** A page with more is slow. */
const mostRows = 500;

export function TableMedia({ id, item: { file, name } }: { readonly id: string; readonly item: MediaItem }) {
  const source = useSource();
  const { data, error } = useLoad(file, (signal) => source.mediaText(id, file, signal));
  const table = useMemo(() => (data === undefined ? undefined : parseTable(data.text)), [data]);
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  if (data === undefined) return null;
  if (table === undefined) return <p class="muted">{printableText(file)} is no table.</p>;
  const { columns, rows } = table;
  return (
    <section
      class="media-frame"
      aria-label={`Table of ${printableText(name)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table class="data-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{printableText(column)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={columns[column]} class={typeof cell === 'number' ? 'number' : ''} title={String(cell)}>
                  {Number.isInteger(cell) ? exactText(cell) : measuredText(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && <p class="muted">{formatCount(rows.length - mostRows)} more rows.</p>}
    </section>
  );
}
