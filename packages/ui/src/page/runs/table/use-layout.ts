import { useRef } from 'preact/hooks';
import type { Cell } from '../../../protocol/table.js';
import { measuredText, shortText } from '../../parts/cell-text.js';
import { type DisplayColumn, pinnedFirst } from '../columns/display-columns.js';
import type { SortKey } from '../state/sort-order.js';
import { type ColumnShape, grownShapes } from './column-shapes.js';
import { groupNameLength } from './group-name.js';
import type { Line } from './list-lines.js';
import { layoutOf, type TableLayout } from './table-layout.js';

interface Layouted {
  readonly shown: readonly { readonly line: Line }[];
  readonly columns: readonly DisplayColumn[];
  readonly pinned: readonly string[];
  readonly sort: readonly SortKey[];
  readonly hasTrend: boolean;
}

const texts = { measured: measuredText, short: shortText };

/** Letters of a name with its status; a long display name is cut. */
function nameLengthOf(line: NonNullable<Line>): number {
  if (line.kind === 'group') return groupNameLength(line.group) + 10;
  const { label, name, status } = line.row;
  return label.length + (status === 'completed' ? 0 : status.length + 1) + Math.min(8, name.length);
}

/** Widths of the columns. They grow with the rows seen; the same layout is returned as long as nothing changes. */
export function useLayout({ shown, columns, pinned, sort, hasTrend }: Layouted): TableLayout {
  const grown = useRef<Grown>(nothingSeen);
  const last = useRef<{ readonly inputs: readonly unknown[]; readonly text: string; readonly layout: TableLayout }>(
    undefined,
  );
  grown.current = grownBy(grown.current, columns, shown);
  const { shapes, nameLength } = grown.current;
  const widestName = Math.max(340, 0.4 * innerWidth);
  const inputs = [columns, pinned, sort, hasTrend, shapes, nameLength, widestName];
  if (last.current?.inputs.every((input, at) => input === inputs[at])) return last.current.layout;
  const sorted = sort.map(({ key }) => key);
  const layout = layoutOf({ columns: pinnedFirst(columns, pinned), shapes, nameLength, widestName, sorted, hasTrend });
  const text = JSON.stringify(layout);
  // Rows are drawn again only if the layout is another object.
  last.current = { inputs, text, layout: last.current?.text === text ? last.current.layout : layout };
  return last.current.layout;
}

/** What has been seen of some columns. */
interface Grown {
  readonly columns: readonly DisplayColumn[];
  readonly seen: WeakSet<object>;
  readonly shapes: ReadonlyMap<string, ColumnShape>;
  readonly nameLength: number;
}

const nothingSeen: Grown = { columns: [], seen: new WeakSet(), shapes: new Map(), nameLength: 0 };

/** A row is measured once: the table scrolls through thousands. */
function grownBy(before: Grown, columns: readonly DisplayColumn[], shown: Layouted['shown']): Grown {
  const seen = before.columns === columns ? before.seen : new WeakSet();
  const cells: (readonly Cell[])[] = [];
  let { nameLength } = before;
  for (const { line } of shown) {
    if (line === undefined) continue;
    const item = line.kind === 'run' ? line.row : line.group;
    if (seen.has(item)) continue;
    seen.add(item);
    cells.push(item.cells);
    nameLength = Math.max(nameLength, nameLengthOf(line));
  }
  if (cells.length === 0 && before.columns === columns) return before;
  return { columns, seen, shapes: grownShapes(before.shapes, columns, cells, texts), nameLength };
}
