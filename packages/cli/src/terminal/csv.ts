import type { FieldValue } from '@forge-ml/core/runs';

/**
 * Rows as CSV of RFC 4180: lines end with CRLF, and a field with a comma, a quote or a line end is in quotes. Numbers are
 * exact; several tags are separated by spaces; a missing value is empty.
 */
export function renderCsv(
  titles: readonly string[],
  rows: readonly (readonly (FieldValue | null | undefined)[])[],
): string {
  return [titles, ...rows].map((row) => `${row.map(fieldOf).join(',')}\r\n`).join('');
}

function fieldOf(value: FieldValue | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? value.join(' ') : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
