import { csvFlag, csvLine, csvText, csvValue, type FieldValue } from '@forge-ml/core/runs';
import type { RunRow } from './list-runs.js';

/** Columns in this order; then flags, last and best metrics, each by name. */
const first = ['experiment', 'number', 'status', 'created', 'duration', 'step', 'epoch', 'name', 'tag', 'note'];

/** Runs as CSV: see `csvValue` of core. @param columns keys of fields. Default: every value that a run has. */
export function csvOfRuns(rows: readonly RunRow[], columns?: readonly string[]): string {
  const keys = columns ?? allKeys(rows);
  const titles = columns === undefined ? keys : ['run', ...keys];
  const lines = rows.map(({ listed, values }) => {
    const cells = keys.map((key) => csvCell(key, values.get(key)));
    return csvLine(columns === undefined ? cells : [csvText(`${listed.experiment}/${listed.number}`), ...cells]);
  });
  return [csvLine(titles.map(csvText)), ...lines].join('');
}

/** The value of a field, such as `status` or `flags.hidden`. */
export function csvCell(key: string, value: FieldValue | undefined): string {
  return typeof value === 'string' && key.startsWith('flags.') ? csvFlag(value) : csvValue(value);
}

function allKeys(rows: readonly RunRow[]): string[] {
  const found = new Set(rows.flatMap(({ values }) => [...values.keys()]));
  const rank = (key: string) => {
    const at = first.indexOf(key);
    if (at >= 0) return at;
    return first.length + ['flags.', 'last.', 'best.'].findIndex((prefix) => key.startsWith(prefix));
  };
  return [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
