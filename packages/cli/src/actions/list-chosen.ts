import { csvLine, csvText, csvValue, type ForgeError, type GroupBy } from '@forge-ml/core/runs';
import { chooseRuns, nothingChosen, type RunChoice } from './choose-runs.js';
import { csvCell, csvOfRuns } from './csv-of-runs.js';
import { keysOfGroups, type ListedGroup, listGroups } from './group-runs.js';
import { type RunRow, rowOf } from './list-runs.js';

/** What `forge runs` lists with conditions, an order, columns or groups. */
export interface ListedChoice {
  /** Runs of the experiment and the time, whether they match or not. */
  readonly total: number;
  readonly rows: readonly RunRow[];
  readonly groups?: readonly ListedGroup[];
  /** Keys of the columns that were asked for. */
  readonly columns?: readonly string[];
  /** Keys that the runs are sorted by. */
  readonly sorted: readonly string[];
  /** How many runs, or groups, the limit omits. */
  readonly omitted: number;
  /** Why nothing is listed. */
  readonly nothing?: ForgeError;
  csv(): string;
}

/** @throws ForgeError QUERY_INVALID, METRIC_INVALID, FLAG_INVALID, FILE_SYSTEM */
export async function listChosen(
  results: string,
  experiment: string | null,
  { group, limit, columns = null, ...choice }: RunChoice & { readonly group: GroupBy | null },
): Promise<ListedChoice> {
  if (group !== null) {
    const grouping = { ...choice, alsoRead: keysOfGroups, limit: null };
    const { selected } = await chooseRuns(results, experiment, grouping);
    const all = listGroups(selected, group);
    const groups = limit === null ? all : choice.sort === null ? all.slice(-limit) : all.slice(0, limit);
    const empty = groups.length === 0 ? { nothing: nothingChosen(selected, results, choice) } : {};
    const csv = () => csvOfGroups(groups);
    return { total: selected.total, rows: [], groups, sorted: [], omitted: all.length - groups.length, ...empty, csv };
  }
  const { selected, runs } = await chooseRuns(results, experiment, { ...choice, columns, limit });
  const rows: RunRow[] = [];
  for (const { folder } of runs) rows.push(await rowOf(folder));
  const shown = columns === null ? {} : { columns: selected.columns.map(({ key }) => key) };
  const empty = runs.length === 0 ? { nothing: nothingChosen(selected, results, choice) } : {};
  return {
    total: selected.total,
    rows,
    ...shown,
    sorted: selected.orders.map(({ field }) => field.key),
    omitted: selected.runs.length - runs.length,
    ...empty,
    csv: () => csvOfRuns(rows, shown.columns),
  };
}

function csvOfGroups(groups: readonly ListedGroup[]): string {
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
