import { formatNumber } from '@forge-ml/core/text';
import type { ComponentChildren } from 'preact';
import type { Cell } from '../../../protocol/table.js';
import { exactText, measuredText, shortText } from '../../parts/cell-text.js';
import { padded } from './number-layout.js';
import type { LaidColumn } from './table-layout.js';

interface CellProps {
  readonly laid: LaidColumn;
  readonly cells: readonly Cell[];
}

interface ColumnCellProps {
  readonly laid: LaidColumn;
  readonly title: string | undefined;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/**
 * A cell in its column, numbers to the right. Its text is directly in it: hundreds of cells are laid out whenever another
 * order or filter is chosen, and each element more would take time.
 */
function ColumnCell({ laid: { shape, left }, title, class: kind = '', children }: ColumnCellProps) {
  return (
    <td
      class={`${shape.isNumeric ? 'numeric' : ''} ${left === undefined ? '' : 'pinned'} ${kind}`}
      style={left === undefined ? undefined : { left: `${left}px` }}
      title={title}
    >
      {children}
    </td>
  );
}

/** A value of a run. Of a metric the last one, and the best one in brackets. */
export function ValueCell({ laid, cells }: CellProps) {
  const { column, shape } = laid;
  const value = cells[column.at] ?? null;
  if (!column.isMetric) return <PlainCell laid={laid} value={value} />;
  const best = column.bestAt === undefined ? null : (cells[column.bestAt] ?? null);
  const isBest = best === null && value !== null && value === column.best;
  const last = value === null && best === null ? '' : padded(measuredText(value), shape.tail);
  return (
    <ColumnCell laid={laid} title={exactMetric(value, best)} class={isBest ? 'strong' : ''}>
      {best === null ? (
        last
      ) : (
        <>
          {last}
          <span class={best === column.best ? 'best-value strong' : 'best-value'}>
            {` (${measuredText(best)})${spaceAfter(measuredText(best), shape.bestTail)}`}
          </span>
        </>
      )}
    </ColumnCell>
  );
}

function exactMetric(value: Cell, best: Cell): string | undefined {
  if (value === null && best === null) return undefined;
  return best === null ? exactText(value) : `last ${exactText(value)}\nbest ${exactText(best)}`;
}

function spaceAfter(text: string, tail: number): string {
  return padded(text, tail).slice(text.length);
}

function PlainCell({ laid, value }: { readonly laid: LaidColumn; readonly value: Cell }) {
  const text = shortText(value);
  return (
    <ColumnCell laid={laid} title={exactText(value)}>
      {typeof value === 'number' ? padded(text, laid.shape.tail) : text}
    </ColumnCell>
  );
}

/** A value of a group: of a metric the mean and the standard deviation. */
export function GroupCell({
  laid,
  cells,
  deviations,
}: CellProps & { readonly deviations: readonly (number | null)[] }) {
  const { column } = laid;
  const at = column.bestAt ?? column.at;
  const value = cells[at] ?? null;
  if (!column.isMetric) return <PlainCell laid={laid} value={value} />;
  const deviation = deviations[at] ?? null;
  const exact = exactText(value);
  return (
    <ColumnCell laid={laid} title={deviation === null ? exact : `mean ${exact}\nstandard deviation ${deviation}`}>
      {measuredText(value)}
      {deviation !== null && <span class="muted"> ± {formatNumber(deviation)}</span>}
    </ColumnCell>
  );
}
