import type { TableContent } from '../../../protocol/run-view.js';
import type { Cell } from '../../../protocol/table.js';

/** @returns undefined for what is no table: the file is a stranger's */
export function parseTable(json: string): TableContent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { columns, rows } = value as { readonly columns?: unknown; readonly rows?: unknown };
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string')) return undefined;
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row) && row.every(isCell))) return undefined;
  return { columns, rows };
}

function isCell(value: unknown): value is Cell {
  return value === null || ['number', 'string', 'boolean'].includes(typeof value);
}
