import type { ComparedRow, RunComparison } from '../compare/compare-runs.js';
import type { Fact } from '../compare/compared.js';
import { csvFlag, csvLine, csvText } from './csv.js';

/** The rows of a comparison as CSV (RFC 4180 with line feeds), one column a run; numbers read back exactly. */
export function comparisonCsv({ runs, rows }: RunComparison): string {
  const header = ['group', 'name', ...runs.map(({ name }) => name)].map(csvText);
  const lines = rows.flatMap((row) => [lineOf(row.group, row, row.values), ...stepLines(row)]);
  return [csvLine(header), ...lines].join('');
}

function stepLines(row: ComparedRow): string[] {
  return row.group === 'best' && row.steps !== undefined ? [lineOf('best step', row, row.steps)] : [];
}

function lineOf(group: string, { name }: ComparedRow, values: readonly Fact[]): string {
  return csvLine([csvText(group), csvText(name), ...values.map(csvFlag)]);
}
