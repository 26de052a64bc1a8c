import { csvFlag, csvLine, csvText, csvValue, type FieldValue, type QueriedRun } from '@forge-ml/core/runs';
import type { ListedGroup } from './group-runs.js';

/** Columns in this order; then flags, last and best metrics, each by name. */
const first = ['experiment', 'number', 'status', 'created', 'duration', 'step', 'epoch', 'name', 'tag', 'note'];

/**
 * Runs as CSV: see `csvValue` of core.
 * @param keys of the fields that the runs may have
 * @param columns keys of the fields to print. Default: every value that a run has.
 */
export function csvOfRuns(runs: readonly QueriedRun[], keys: readonly string[], columns?: readonly string[]): string {
  const shown = columns ?? sorted(keys.filter((key) => runs.some((run) => run.get(key) !== undefined)));
  const titles = columns === undefined ? shown : ['run', ...shown];
  const lines = runs.map((run) => {
    const cells = shown.map((key) => csvCell(key, run.get(key)));
    const { experiment, number } = run.folder;
    return csvLine(columns === undefined ? cells : [csvText(`${experiment}/${number}`), ...cells]);
  });
  return [csvLine(titles.map(csvText)), ...lines].join('');
}

/** Groups of runs as CSV. */
export function csvOfGroups(groups: readonly ListedGroup[]): string {
  const flags = [...new Set(groups.flatMap(({ flags }) => Object.keys(flags)))].sort();
  const keys = Object.keys(groups[0]?.metrics ?? {});
  const titles = keys.flatMap((key) => ['count', 'mean', 'sd', 'best', 'best-run'].map((part) => `${key}.${part}`));
  const lines = groups.map(({ experiments, flags: values, runs, metrics }) =>
    csvLine([
      csvValue(experiments),
      ...flags.map((name) => csvCell(`flags.${name}`, values[name])),
      csvValue(runs),
      ...keys.flatMap((key) => {
        const { count, mean, standardDeviation, best } = metrics[key]!;
        return [count, mean, standardDeviation, best?.value, best?.run].map(csvValue);
      }),
    ]),
  );
  const header = ['experiments', ...flags.map((name) => `flags.${name}`), 'runs', ...titles];
  return [csvLine(header.map(csvText)), ...lines].join('');
}

/** The value of a field, such as `status` or `flags.hidden`. */
function csvCell(key: string, value: FieldValue | undefined): string {
  return typeof value === 'string' && key.startsWith('flags.') ? csvFlag(value) : csvValue(value);
}

function sorted(keys: readonly string[]): string[] {
  const rank = (key: string) => {
    const at = first.indexOf(key);
    if (at >= 0) return at;
    return first.length + ['flags.', 'last.', 'best.'].findIndex((prefix) => key.startsWith(prefix));
  };
  return [...keys].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
