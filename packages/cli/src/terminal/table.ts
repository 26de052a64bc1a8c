import { stripVTControlCharacters } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
  /** How soon it is dropped where there is no room: the highest first. Never by default. */
  readonly drop?: number;
}

export interface FittedTable {
  readonly text: string;
  /** The titles of the columns that had no room. */
  readonly dropped: readonly string[];
}

const gap = '  ';

/** Rows in aligned columns under their titles; a column that is empty in every row is not drawn. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  title: (text: string) => string,
): string {
  return fitTable(rows, columns, title, Number.POSITIVE_INFINITY).text;
}

/**
 * The same in so many columns of a terminal: first the columns that are equal in all rows are dropped, then by their
 * `drop`. Cells are never cut.
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
    .map((column) => ({ ...column, width: widest([column.title, ...column.cells]) }));
  const { kept: drawn, dropped } = fit(measured, width);
  let text = '';
  if (drawn.some((column) => column.title !== '')) {
    const titles = drawn.map((column) => title(pad(column.title, column.width, column.align)));
    text = `${titles.join(gap).trimEnd()}\n`;
  }
  for (let row = 0; row < rows.length; row++) {
    let line = '';
    for (const { cells, width, align } of drawn) line += pad(cells[row]!, width, align) + gap;
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

/** Columns that a text fills, escape sequences aside. */
export function textWidth(text: string): number {
  return (text.includes('\u001b') ? stripVTControlCharacters(text) : text).length;
}

function widest(texts: readonly string[]): number {
  let most = 0;
  for (const text of texts) most = Math.max(most, textWidth(text));
  return most;
}

function pad(text: string, to: number, align: 'left' | 'right'): string {
  const filled = to + text.length - textWidth(text);
  return align === 'left' ? text.padEnd(filled) : text.padStart(filled);
}
