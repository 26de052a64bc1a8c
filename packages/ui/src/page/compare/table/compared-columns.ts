import type { ComparedMetric, ComparedRun, ComparisonRow, ComparisonView } from '../../../protocol/comparison.js';
import type { RunId } from '../../../protocol/overview.js';
import type { Cell, Direction } from '../../../protocol/table.js';
import type { CompareModel } from '../choices/compare-model.js';

/** A column of the table: a flag or a fact, or what is known of the metric. */
export interface ComparedColumn {
  /** `flags.lr`; `run`, `best` and `step` are none of a flag. */
  readonly key: string;
  readonly title: string;
  readonly group: ComparisonRow['group'] | 'metric';
  /** In the order of the runs. */
  readonly values: readonly Cell[];
  readonly isNumeric: boolean;
}

export interface Sort {
  readonly key: string;
  readonly first: Direction;
}

/** The columns after the run: the best value of the metric, where it is, then what differs, or everything. */
export function comparedColumns(
  view: ComparisonView,
  metric: ComparedMetric | undefined,
  isAll: boolean,
): ComparedColumn[] {
  // The status is shown with each run; how far it is says its curve.
  const shown = view.rows.filter(({ group, equal }) => isAll || !(equal || group === 'progress'));
  const columns = [
    ...metricColumns(metric),
    ...shown.map(({ group, name, values }) => ({ key: `${group}.${name}`, title: name, group, values })),
  ];
  return columns.map((column) => ({ ...column, isNumeric: isNumeric(column.values) }));
}

function isNumeric(values: readonly Cell[]): boolean {
  return values.every((value) => value === null || typeof value === 'number');
}

function metricColumns(metric: ComparedMetric | undefined): Omit<ComparedColumn, 'isNumeric'>[] {
  if (metric === undefined) return [];
  const { address, best, last, bestSteps } = metric;
  const group = 'metric' as const;
  if (best.every((value) => value === null)) return [{ key: 'best', title: `last ${address}`, group, values: last }];
  return [
    { key: 'best', title: `best ${address}`, group, values: best },
    { key: 'step', title: 'at step', group, values: bestSteps },
  ];
}

/** Without a choice, the best run is first. */
export function parseSort(text: string | null, direction: Direction | null): Sort {
  const colon = text?.lastIndexOf(':') ?? -1;
  const first = text?.slice(colon + 1);
  if (text === null || colon < 1 || (first !== 'min' && first !== 'max'))
    return { key: 'best', first: direction ?? 'min' };
  return { key: text.slice(0, colon), first };
}

/** The sort after a click on a header. */
export function sortedBy(sort: Sort, key: string, direction: Direction | null): Sort {
  const usual = key === 'best' && direction !== null ? direction : 'min';
  if (sort.key !== key) return { key, first: usual };
  return { key, first: sort.first === 'min' ? 'max' : 'min' };
}

/** The positions of the runs in their order: those without a value last, equal ones in the order of the comparison. */
export function sortedRuns(runs: readonly ComparedRun[], columns: readonly ComparedColumn[], sort: Sort): number[] {
  const order = runs.map((_, at) => at);
  const values = columns.find(({ key }) => key === sort.key)?.values;
  const sign = sort.first === 'min' ? 1 : -1;
  if (values === undefined) return sort.key === 'run' && sort.first === 'max' ? order.reverse() : order;
  return order.sort((a, b) => compareCells(values[a]!, values[b]!, sign) || a - b);
}

function compareCells(a: Cell, b: Cell, sign: number): number {
  const [noneA, noneB] = [isNone(a), isNone(b)];
  if (noneA || noneB) return Number(noneA) - Number(noneB);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
}

function isNone(value: Cell): boolean {
  return value === null || Number.isNaN(value);
}

/** The position of the best of some runs; undefined without a direction. */
export function bestRun({ best, direction }: ComparedMetric, places: readonly number[]): number | undefined {
  if (direction === null) return undefined;
  let found: number | undefined;
  for (const at of places) {
    const value = best[at];
    if (value === null || value === undefined || Number.isNaN(value)) continue;
    const record = found === undefined ? undefined : best[found]!;
    if (record === undefined || (direction === 'min' ? value < record : value > record)) found = at;
  }
  return found;
}

/** The shown runs, the best first. */
export function bestFirst({ view, metric, shown }: Pick<CompareModel, 'view' | 'metric' | 'shown'>): RunId[] {
  const columns = comparedColumns(view, metric, false);
  const sort = parseSort(null, metric?.direction ?? null);
  return sortedRuns(view.runs, columns, sort).flatMap((at) =>
    shown.has(view.runs[at]!.id) ? [view.runs[at]!.id] : [],
  );
}
