import { stripVTControlCharacters } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

const gap = '  ';

/** Rows in aligned columns under their titles; a column that is empty in every row is left out. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  title: (text: string) => string,
): string {
  const drawn = columns
    .map(({ title, align = 'left', cell }) => ({ title, align, cells: rows.map(cell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map((column) => ({
      ...column,
      width: column.cells.reduce((most, cell) => Math.max(most, width(cell)), width(column.title)),
    }));
  const line = (texts: readonly string[]) => texts.join(gap).trimEnd();
  const titled = drawn.some((column) => column.title !== '');
  return [
    ...(titled ? [line(drawn.map((column) => title(pad(column.title, column.width, column.align))))] : []),
    ...rows.map((_, index) => line(drawn.map(({ cells, width, align }) => pad(cells[index]!, width, align)))),
  ].join('\n');
}

function width(text: string): number {
  return (text.includes('\u001b') ? stripVTControlCharacters(text) : text).length;
}

function pad(text: string, to: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(to - width(text));
  return align === 'left' ? text + space : space + text;
}
