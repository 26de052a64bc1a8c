import { ForgeError } from '../../errors/forge-error.js';
import type { TableCell, TableValue } from '../media-value.js';

const maxCells = 1_000_000;

/**
 * A table to log: `table(['input', 'predicted'], [['3', 5], …])`.
 * @throws ForgeError DATA_INVALID for a row of another length, and for a value that is no cell
 */
export function table(columns: readonly string[], rows: readonly (readonly TableCell[])[]): TableValue {
  if (columns.length * rows.length > maxCells) {
    throw invalid(`The table has ${columns.length * rows.length} cells; the maximum is ${maxCells}.`);
  }
  for (const [index, row] of rows.entries()) {
    if (row.length !== columns.length) {
      throw invalid(`Row ${index} of the table has ${row.length} cells for ${columns.length} columns.`);
    }
    const wrong = row.findIndex((cell) => cell !== null && !['string', 'number', 'boolean'].includes(typeof cell));
    if (wrong < 0) continue;
    throw invalid(
      `Row ${index} of the table has ${describeCell(row[wrong])} in ${columns[wrong]}, not text, a number, true, false or null.`,
    );
  }
  return { kind: 'table', columns: [...columns], rows: rows.map((row) => [...row]) };
}

function invalid(message: string): ForgeError {
  return new ForgeError('DATA_INVALID', message, { about: 'table' });
}

function describeCell(cell: unknown): string {
  return typeof cell === 'object' ? 'an object' : `a ${typeof cell}`;
}
