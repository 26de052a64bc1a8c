import {
  type FieldValue,
  type GroupBy,
  groupRuns,
  type QueriedRun,
  type SelectedRuns,
  statisticsOf,
} from '@forge-ml/core/runs';

/** The values of a metric in a group. */
export interface GroupMetric {
  /** How many runs have a finite value. */
  readonly count: number;
  readonly mean: number | null;
  /** The sample standard deviation; null for fewer than two values. */
  readonly standardDeviation: number | null;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The best value, and the run that has it. */
  readonly best: { readonly run: string; readonly value: number } | null;
}

/** A row of `forge runs --group`. */
export interface ListedGroup {
  /** The names of its runs. */
  readonly runs: readonly string[];
  readonly experiments: readonly string[];
  /** The flags that all its runs share, without those that are the same in all groups. */
  readonly flags: Readonly<Record<string, FieldValue>>;
  /** By the key of the field: `best.valid.loss`. */
  readonly metrics: Readonly<Record<string, GroupMetric>>;
}

/** Groups the selected runs. Sorted by the mean of the field that the runs are sorted by, else by each group's last run. */
export function listGroups({ runs, keys, orders, directionOf }: SelectedRuns, by: GroupBy): ListedGroup[] {
  const groups = groupRuns(runs, by, keys);
  const [order] = orders;
  const metrics = new Map<string, 'min' | 'max'>();
  if (order !== undefined && order.field.kind !== 'time') metrics.set(order.field.key, order.first);
  for (const key of bestKeys(keys)) {
    const direction = directionOf(key.slice('best.'.length));
    if (direction !== undefined && !metrics.has(key)) metrics.set(key, direction);
  }
  const flags = by === 'configuration' ? differing(groups, keys) : [];
  const listed = groups.map(
    ({ runs }): ListedGroup => ({
      runs: runs.map(nameOf),
      experiments: [...new Set(runs.map(({ folder }) => folder.experiment))],
      flags: Object.fromEntries(
        flags.flatMap((key) => {
          const value = runs[0]!.get(key);
          return value === undefined ? [] : [[key.slice('flags.'.length), value]];
        }),
      ),
      metrics: Object.fromEntries([...metrics].map(([key, first]) => [key, metricOf(runs, key, first)])),
    }),
  );
  const last = new Map(groups.map(({ runs }, at) => [listed[at]!, String(runs.at(-1)!.get('created') ?? '')]));
  if (order === undefined) return listed.sort((a, b) => (last.get(a)! < last.get(b)! ? -1 : 1));
  const meanOf = ({ metrics }: ListedGroup) => metrics[order.field.key]?.mean ?? Number.NaN;
  return listed.sort((a, b) => compareMeans(meanOf(a), meanOf(b), order.first));
}

/** The validation split first, the training split last, and each loss before other metrics. */
function bestKeys(keys: ReadonlySet<string>): string[] {
  const rankOfSplit = (key: string) => (key.startsWith('best.valid.') ? 0 : key.startsWith('best.train.') ? 2 : 1);
  const rank = (key: string) => rankOfSplit(key) + (key.endsWith('.loss') ? 0 : 0.5);
  return [...keys].filter((key) => key.startsWith('best.')).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function compareMeans(a: number, b: number, first: 'min' | 'max'): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return first === 'min' ? a - b : b - a;
}

export function nameOf({ folder: { experiment, number } }: Pick<QueriedRun, 'folder'>): string {
  return `${experiment}/${number}`;
}

function metricOf(runs: readonly QueriedRun[], key: string, first: 'min' | 'max'): GroupMetric {
  const { best, ...statistics } = statisticsOf(runs, key, first);
  return { ...statistics, best: best === null ? null : { run: nameOf(best), value: best.get(key) as number } };
}

/** The keys of flags that differ between groups. */
export function differing(
  groups: readonly { readonly runs: readonly QueriedRun[] }[],
  keys: ReadonlySet<string>,
): string[] {
  return [...keys].filter((key) => {
    if (!key.startsWith('flags.') || key === 'flags.seed') return false;
    return new Set(groups.map(({ runs }) => runs[0]!.get(key))).size > 1;
  });
}
