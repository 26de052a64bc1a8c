import { useRef } from 'preact/hooks';
import type { Cell } from '../../../protocol/table.js';
import { exactText, measuredText } from '../../parts/cell-text.js';
import { type DisplayColumn, pinnedFirst } from '../columns/display-columns.js';
import type { SortKey } from '../sort-order.js';
import { type ColumnShape, grownShapes } from './column-shapes.js';
import type { Line } from './list-lines.js';
import { layoutOf, type TableLayout } from './table-layout.js';

interface Layouted {
  readonly shown: readonly { readonly line: Line }[];
  readonly columns: readonly DisplayColumn[];
  readonly pinned: readonly string[];
  readonly sort: readonly SortKey[];
  readonly hasTrend: boolean;
}

const texts = { measured: measuredText, exact: exactText };

/** Letters of a name with its status; a long display name is cut. */
function nameLengthOf(line: NonNullable<Line>): number {
  if (line.kind === 'group') return Math.min(line.group.title.length, 24) + 10;
  const { label, name, status } = line.row;
  return label.length + (status === 'completed' ? 0 : status.length + 1) + Math.min(8, name.length);
}

/** Widths of the columns. They grow with the rows seen; the same layout is returned as long as nothing changes. */
export function useLayout({ shown, columns, pinned, sort, hasTrend }: Layouted): TableLayout {
  const shapes = useRef<ReadonlyMap<string, ColumnShape>>(new Map());
  const nameLength = useRef(0);
  const last = useRef<{ readonly text: string; readonly layout: TableLayout }>(undefined);
  const cells: (readonly Cell[])[] = [];
  for (const { line } of shown) {
    if (line === undefined) continue;
    cells.push(line.kind === 'run' ? line.row.cells : line.group.cells);
    nameLength.current = Math.max(nameLength.current, nameLengthOf(line));
  }
  shapes.current = grownShapes(shapes.current, columns, cells, texts);
  const layout = layoutOf({
    columns: pinnedFirst(columns, pinned),
    shapes: shapes.current,
    nameLength: nameLength.current,
    sorted: sort.map(({ key }) => key),
    hasTrend,
  });
  const text = JSON.stringify(layout);
  if (last.current?.text !== text) last.current = { text, layout };
  return last.current.layout;
}
