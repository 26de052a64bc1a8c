import { formatNumber } from '@forge-ml/core/text';
import type { Axis, Curve } from '../../protocol/curves.js';
import { placeText } from './axis-ticks.js';
import type { ChartBand, ChartRun } from './chart-data.js';
import { type CursorRow, cursorRows, rowsAround } from './cursor-rows.js';
import { LineSample } from './line-sample.js';
import type { SharedCursor } from './shared-cursor.js';
import { styledCurves } from './styled-curves.js';

interface CursorTableProps {
  readonly runs: readonly ChartRun[];
  readonly curves: readonly Curve[];
  readonly bands?: readonly ChartBand[];
  readonly axis: Axis;
  readonly cursor: SharedCursor;
  /** With more lines, those around the emphasized one are shown. */
  readonly mostRows?: number;
}

/** The values of all curves at the crosshair, or their last ones, in a place of its own. Its rows emphasize their run. */
export function CursorTable({ runs, curves, bands = [], axis, cursor, mostRows = 20 }: CursorTableProps) {
  const rows = cursorRows(styledCurves(runs, curves), bands, cursor.x.value);
  const emphasize = (id: string | null) => {
    cursor.run.value = id;
  };
  return (
    <div class="cursor-table" onPointerLeave={() => emphasize(null)}>
      <CursorRows {...{ rows, axis, mostRows, emphasize }} emphasized={cursor.run.value} />
    </div>
  );
}

interface CursorRowsProps {
  readonly rows: readonly CursorRow[];
  readonly axis: Axis;
  readonly emphasized: string | null;
  readonly mostRows: number;
  readonly emphasize?: (id: string) => void;
}

/** The raw value, the smoothed one in brackets (of a band: the median, its ends in brackets), and where it is. */
export function CursorRows({ rows, axis, emphasized, mostRows, emphasize }: CursorRowsProps) {
  const { rows: shown, before, after } = rowsAround(rows, emphasized, mostRows);
  return (
    <table>
      <tbody>
        {before > 0 ? <MoreRow count={before} what="above" /> : null}
        {shown.map(({ key, id, label, color, dash, x, value, smoothed, spread }) => (
          <tr key={key} class={id === emphasized ? 'emphasized' : ''} onPointerEnter={() => emphasize?.(id)}>
            <th scope="row">
              <LineSample color={color} dash={dash} /> {label}
            </th>
            <td class="num" title={String(value)}>
              {formatNumber(value)}
            </td>
            <td class="num muted value-detail">
              {smoothed === null ? '' : `(${formatNumber(smoothed)})`}
              {spread === null ? '' : `(${formatNumber(spread[0])} to ${formatNumber(spread[1])})`}
            </td>
            <td class="num muted value-detail">{placeText(axis, x)}</td>
          </tr>
        ))}
        {after > 0 ? <MoreRow count={after} what="below" /> : null}
      </tbody>
    </table>
  );
}

function MoreRow({ count, what }: { readonly count: number; readonly what: string }) {
  return (
    <tr class="muted">
      <td colSpan={4}>
        {count} {what}
      </td>
    </tr>
  );
}
