import { formatNumber } from '@forge-ml/core/text';
import type { ComponentChildren } from 'preact';
import type { Cell } from '../../../protocol/table.js';
import { exactText, measuredText, shortText } from '../../parts/cell-text.js';
import type { DisplayColumn } from '../columns/display-columns.js';
import type { ColumnShape } from './column-shapes.js';
import { padded } from './number-layout.js';
import type { LaidColumn } from './table-layout.js';

interface ColumnCellProps {
  readonly laid: LaidColumn;
  readonly children: ComponentChildren;
}

/** A cell in its column, numbers to the right. */
export function ColumnCell({ laid: { shape, left }, children }: ColumnCellProps) {
  return (
    <td
      class={`${shape.isNumeric ? 'numeric' : ''} ${left === undefined ? '' : 'pinned'}`}
      style={left === undefined ? undefined : { left: `${left}px` }}
    >
      {children}
    </td>
  );
}

interface CellProps {
  readonly column: DisplayColumn;
  readonly shape: ColumnShape;
  readonly cells: readonly Cell[];
}

/** A value of a run. Of a metric the last one, and the best one in brackets. */
export function ValueCell({ column, shape, cells }: CellProps) {
  const value = cells[column.at] ?? null;
  if (!column.isMetric) return <Plain value={value} shape={shape} />;
  const best = column.bestAt === undefined ? null : (cells[column.bestAt] ?? null);
  if (value === null && best === null) return null;
  const exact = best === null ? exactText(value) : `last ${exactText(value)}\nbest ${exactText(best)}`;
  return (
    <span title={exact} class={best === null && value !== null && value === column.best ? 'strong' : undefined}>
      {padded(measuredText(value), shape.tail)}
      {best !== null && (
        <span class="best-value">
          {' ('}
          {best === column.best ? <b>{measuredText(best)}</b> : measuredText(best)}
          {')'}
          {spaceAfter(measuredText(best), shape.bestTail)}
        </span>
      )}
    </span>
  );
}

function spaceAfter(text: string, tail: number): string {
  return padded(text, tail).slice(text.length);
}

function Plain({ value, shape }: { readonly value: Cell; readonly shape: ColumnShape }) {
  const text = shortText(value);
  return <span title={exactText(value)}>{typeof value === 'number' ? padded(text, shape.tail) : text}</span>;
}

/** A value of a group: of a metric the mean and the standard deviation. */
export function GroupCell({
  column,
  shape,
  cells,
  deviations,
}: CellProps & { readonly deviations: readonly (number | null)[] }) {
  const at = column.bestAt ?? column.at;
  const value = cells[at] ?? null;
  if (!column.isMetric) return <Plain value={value} shape={shape} />;
  const deviation = deviations[at] ?? null;
  return (
    <span title={deviation === null ? exactText(value) : `mean ${exactText(value)}\nstandard deviation ${deviation}`}>
      {measuredText(value)}
      {deviation !== null && <span class="muted"> ± {formatNumber(deviation)}</span>}
    </span>
  );
}
