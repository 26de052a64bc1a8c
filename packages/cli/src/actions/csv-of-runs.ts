import { renderCsv } from '../terminal/csv.js';
import type { RunRow } from './list-runs.js';

/** Columns in this order; then flags, last and best metrics, each by name. */
const first = ['experiment', 'number', 'status', 'created', 'duration', 'step', 'epoch', 'name', 'tag', 'note'];

/** Runs as CSV. @param columns keys of fields. Default: every value that a run has. */
export function csvOfRuns(rows: readonly RunRow[], columns?: readonly string[]): string {
  const keys = columns ?? allKeys(rows);
  const titles = columns === undefined ? keys : ['run', ...keys];
  return renderCsv(
    titles,
    rows.map(({ listed, values }) => {
      const cells = keys.map((key) => values.get(key));
      return columns === undefined ? cells : [`${listed.experiment}/${listed.number}`, ...cells];
    }),
  );
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
