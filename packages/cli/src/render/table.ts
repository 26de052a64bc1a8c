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
    .map((column) => {
      let widest = width(column.title);
      for (const cell of column.cells) widest = Math.max(widest, width(cell));
      return { ...column, width: widest };
    });
  let table = '';
  if (drawn.some((column) => column.title !== '')) {
    const titles = drawn.map((column) => title(pad(column.title, column.width, column.align)));
    table = `${titles.join(gap).trimEnd()}\n`;
  }
  for (let row = 0; row < rows.length; row++) {
    let line = '';
    for (const { cells, width, align } of drawn) line += pad(cells[row]!, width, align) + gap;
    table += `${line.trimEnd()}\n`;
  }
  return table.slice(0, -1);
}

function width(text: string): number {
  return (text.includes('\u001b') ? stripVTControlCharacters(text) : text).length;
}

function pad(text: string, to: number, align: 'left' | 'right'): string {
  const filled = to + text.length - width(text);
  return align === 'left' ? text.padEnd(filled) : text.padStart(filled);
}
