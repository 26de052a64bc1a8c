import { type ForgeError, type GroupBy, type QueriedRun, readRun } from '@forge-ml/core/runs';
import { chooseRuns, nothingChosen, type RunChoice } from './choose-runs.js';
import type { ListedGroup } from './group-runs.js';

/** What `forge runs` lists. */
export interface RunList {
  /** Runs of the experiment and the time, whether they match or not. */
  readonly total: number;
  readonly runs: readonly QueriedRun[];
  /** The fields that these runs may have. */
  readonly keys: readonly string[];
  readonly groups?: readonly ListedGroup[];
  /** Keys of the columns that were asked for. */
  readonly columns?: readonly string[];
  /** Keys that the runs are sorted by. */
  readonly sorted: readonly string[];
  /** How many runs, or groups, the limit omits. */
  readonly omitted: number;
  /** Why nothing is listed. */
  readonly nothing?: ForgeError;
  /** The names of all experiments. */
  experiments(): ReadonlySet<string>;
}

/** Up to so many runs are read from their files: the index is for more. */
const mostRead = 500;

/** @throws ForgeError QUERY_INVALID, METRIC_INVALID, FLAG_INVALID, FILE_SYSTEM */
export async function listRuns(
  results: string,
  experiment: string | null,
  { group, limit, columns = null, ...choice }: RunChoice & { readonly group: GroupBy | null },
): Promise<RunList> {
  if (group !== null) return listGroups(results, experiment, { ...choice, group, limit });
  const whole = limit === null || limit > mostRead;
  const { selected, runs } = await chooseRuns(results, experiment, { ...choice, columns, limit, whole });
  const isChosen = choice.where !== null || choice.sort !== null;
  const chosen = isChosen ? runs : [...selected.runs.slice(0, -runs.length).filter(isDamaged), ...runs];
  const read = whole ? [] : await readAll(chosen);
  const keys = whole ? selected.keys : new Set(read.flatMap((run) => run.keys));
  return {
    total: selected.total,
    runs: whole ? chosen : read,
    keys: ['experiment', 'number', ...keys],
    ...(columns === null ? {} : { columns: selected.columns.map(({ key }) => key) }),
    sorted: selected.orders.map(({ field }) => field.key),
    omitted: selected.runs.length - chosen.length,
    ...(chosen.length === 0 ? { nothing: nothingChosen(selected, results, choice) } : {}),
    experiments: selected.experiments,
  };
}

/** Listed in any case, since it would go unnoticed otherwise. It is never indexed, so that its status is known. */
function isDamaged(run: QueriedRun): boolean {
  return run.get('status') === 'damaged';
}

async function readAll(runs: readonly QueriedRun[]): Promise<Awaited<ReturnType<typeof readRun>>[]> {
  const read = [];
  for (const { folder } of runs) read.push(await readRun(folder));
  return read;
}

async function listGroups(
  results: string,
  experiment: string | null,
  { group, limit, ...choice }: RunChoice & { readonly group: GroupBy },
): Promise<RunList> {
  const { listGroups: groupsOf } = await import('./group-runs.js');
  const { selected } = await chooseRuns(results, experiment, { ...choice, whole: true, limit: null });
  const all = groupsOf(selected, group);
  const groups = limit === null ? all : choice.sort === null ? all.slice(-limit) : all.slice(0, limit);
  return {
    total: selected.total,
    runs: [],
    keys: [],
    groups,
    sorted: [],
    omitted: all.length - groups.length,
    ...(groups.length === 0 ? { nothing: nothingChosen(selected, results, choice) } : {}),
    experiments: selected.experiments,
  };
}
