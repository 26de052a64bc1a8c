import type { DisplayColumn } from '../columns/display-columns.js';
import { type ColumnShape, emptyShape, widthOf } from './column-shapes.js';

export interface LaidColumn {
  readonly column: DisplayColumn;
  readonly shape: ColumnShape;
  readonly width: number;
  /** Pixels from the left edge of a column that stays there while the others scroll. */
  readonly left: number | undefined;
}

export interface TableLayout {
  /** Those that stay beside the names. */
  readonly pinned: readonly LaidColumn[];
  readonly columns: readonly LaidColumn[];
  readonly nameWidth: number;
  readonly hasTrend: boolean;
  /** Of all columns; that of the remarks fills the rest. */
  readonly width: number;
}

export const trendWidth = 98;
export const durationWidth = 84;
export const createdWidth = 104;
const remarksWidth = 200;

interface LayoutParts {
  readonly columns: readonly { readonly column: DisplayColumn; readonly isPinned: boolean }[];
  readonly shapes: ReadonlyMap<string, ColumnShape>;
  /** Letters of the longest name of a run, so far. */
  readonly nameLength: number;
  /** The most pixels of the column of names: it stays while the others scroll. */
  readonly widestName: number;
  readonly sorted: readonly string[];
  readonly hasTrend: boolean;
}

export function layoutOf({ columns, shapes, nameLength, widestName, sorted, hasTrend }: LayoutParts): TableLayout {
  const nameWidth = Math.round(Math.min(widestName, Math.max(160, nameLength * 8.4 + 76)));
  let left = nameWidth;
  let width = nameWidth + (hasTrend ? trendWidth : 0) + durationWidth + createdWidth + remarksWidth;
  const laid = columns.map(({ column, isPinned }): LaidColumn => {
    const shape = shapes.get(column.name) ?? emptyShape;
    const own = widthOf(shape, column.title, sorted.includes(column.field.key));
    const place = isPinned ? left : undefined;
    if (isPinned) left += own;
    width += own;
    return { column, shape, width: own, left: place };
  });
  return {
    pinned: laid.filter((column) => column.left !== undefined),
    columns: laid.filter((column) => column.left === undefined),
    ...{ nameWidth, hasTrend, width },
  };
}
