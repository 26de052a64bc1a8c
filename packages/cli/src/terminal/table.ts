import { padText, widestOf } from './text-width.js';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
  /** Priority for being dropped if there is no room: the highest first. Default: never. */
  readonly drop?: number;
}

export interface FittedTable {
  readonly text: string;
  /** The titles of the dropped columns. */
  readonly dropped: readonly string[];
}

const gap = '  ';

/** Rows in aligned columns under their titles. Columns that are empty in every row are omitted. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  title: (text: string) => string,
): string {
  return fitTable(rows, columns, title, Number.POSITIVE_INFINITY).text;
}

/**
 * The same within a width in terminal columns: drops the columns that are equal in all rows first, then by `drop`. Never
 * truncates a cell.
 */
export function fitTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  title: (text: string) => string,
  width: number,
): FittedTable {
  const measured = columns
    .map(({ title, align = 'left', drop, cell }) => ({ title, align, drop, cells: rows.map(cell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((column) => ({ ...column, width: widestOf([column.title, ...column.cells]) }));
  const { kept: drawn, dropped } = fit(measured, width);
  let text = '';
  if (drawn.some((column) => column.title !== '')) {
    const titles = drawn.map((column) => title(padText(column.title, column.width, column.align)));
    text = `${titles.join(gap).trimEnd()}\n`;
  }
  for (let row = 0; row < rows.length; row++) {
    let line = '';
    for (const { cells, width, align } of drawn) line += padText(cells[row]!, width, align) + gap;
    text += `${line.trimEnd()}\n`;
  }
  return { text: text.slice(0, -1), dropped: dropped.map((column) => column.title) };
}

interface Measured {
  readonly cells: readonly string[];
  readonly drop: number | undefined;
  readonly width: number;
}

function fit<M extends Measured>(columns: readonly M[], width: number): { kept: M[]; dropped: M[] } {
  const needed = (kept: readonly M[]) => kept.reduce((sum, column) => sum + column.width + gap.length, -gap.length);
  const kept = [...columns];
  if (needed(kept) <= width) return { kept, dropped: [] };
  const isEqual = ({ cells }: M) => cells.length > 1 && cells.every((cell) => cell === cells[0]);
  const soonest = columns
    .filter(({ drop }) => drop !== undefined)
    .sort((a, b) => Number(isEqual(b)) - Number(isEqual(a)) || b.drop! - a.drop!);
  const gone = new Set<M>();
  for (const column of soonest) {
    if (needed(kept) <= width) break;
    kept.splice(kept.indexOf(column), 1);
    gone.add(column);
  }
  return { kept, dropped: columns.filter((column) => gone.has(column)) };
}
