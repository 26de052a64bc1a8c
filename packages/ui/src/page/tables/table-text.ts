import type { Cell } from '../../protocol/table.js';
import { exactText } from '../parts/cell-text.js';

/** A table of plain values. */
export interface PlainTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** As of RFC 4180. A text that a spreadsheet would calculate is quoted with an apostrophe. */
export function csvText({ titles, rows }: PlainTable): string {
  return [titles, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: Cell): string {
  const plain = exactText(value);
  const text = typeof value !== 'number' && /^[=+\-@\t]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table of Markdown, numbers to the right. */
export function markdownText({ titles, rows }: PlainTable): string {
  const isNumeric = titles.map((_, at) => {
    return rows.length > 0 && rows.every((row) => row[at] === null || typeof row[at] === 'number');
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    line(titles.map(markdownField)),
    line(isNumeric.map((is) => (is ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(markdownField))),
  ].join('');
}

function markdownField(value: Cell): string {
  return exactText(value)
    .replaceAll('\\', '\\\\')
    .replace(/[|<>*_`[\]]/g, '\\$&')
    .replaceAll('\n', ' ');
}
