import {
  type GroupBy,
  groupRuns,
  printQuery,
  type QueriedRun,
  type SelectedRuns,
  statisticsOf,
} from '@forge-ml/core/runs';
import type { Cell, TableColumn, TableGroup } from '../../protocol/table.js';
import type { ShownRuns } from './shown-runs.js';
import { cellOf, equalValue } from './table-columns.js';

/** Most runs of a group that a page compares. */
const mostIds = 500;

/** Groups of the selected runs. */
export function groupsOf(
  shown: ShownRuns,
  selected: SelectedRuns,
  by: GroupBy,
  columns: readonly TableColumn[],
): (range: readonly [start: number, end: number]) => { readonly matching: number; readonly groups: TableGroup[] } {
  const groups = inOrder(groupRuns(selected.runs, by, selected.keys), selected.orders[0]);
  const differing = by === 'configuration' ? differingFlags(groups, selected.keys) : [];
  return ([start, end]) => ({
    matching: groups.length,
    groups: groups.slice(start, end).map(({ runs }) => groupOf(shown, runs, { by, differing, columns })),
  });
}

/** By the mean of the metric that the runs are sorted by; else in the order of the first run of each. */
function inOrder<Group extends { readonly runs: readonly QueriedRun[] }>(
  groups: readonly Group[],
  order: SelectedRuns['orders'][number] | undefined,
): readonly Group[] {
  if (order?.field.metric === undefined) return groups;
  const { field, first } = order;
  const means = new Map(groups.map((group) => [group, statisticsOf(group.runs, field.key, first).mean]));
  const sign = first === 'min' ? 1 : -1;
  return groups.toSorted((a, b) => {
    const [left, right] = [means.get(a) ?? null, means.get(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return (left - right) * sign;
  });
}

interface Shape {
  readonly by: GroupBy;
  readonly differing: readonly string[];
  readonly columns: readonly TableColumn[];
}

function groupOf(shown: ShownRuns, runs: readonly QueriedRun[], { by, differing, columns }: Shape): TableGroup {
  const first = runs[0]!;
  const count = (statuses: readonly string[]) =>
    runs.filter((run) => statuses.includes(String(run.get('status')))).length;
  const statistics = columns.map(({ key, kind, direction }) =>
    kind === 'best' || kind === 'last' ? statisticsOf(runs, key, direction ?? 'min') : undefined,
  );
  const keys = by === 'experiment' ? ['experiment'] : differing;
  const flags = differing.map((key) => ({ name: key.slice('flags.'.length), value: cellOf(first, key) }));
  return {
    title: by === 'experiment' ? String(first.get('experiment')) : titleOf(flags),
    flags,
    where: keys.map((key) => condition(key, first)).join(' and '),
    runs: runs.length,
    running: count(['running']),
    failed: count(['failed', 'crashed', 'damaged']),
    ids: runs.slice(0, mostIds).map((run) => shown.describe(run).id),
    cells: columns.map(({ key }, at): Cell => {
      const metric = statistics[at];
      return metric === undefined ? (equalValue(runs, key) ?? null) : metric.mean;
    }),
    deviations: statistics.map((metric) => metric?.standardDeviation ?? null),
  };
}

function titleOf(flags: TableGroup['flags']): string {
  return flags.map(({ name, value }) => `${name} ${String(value ?? 'none')}`).join(', ') || 'all';
}

/** A part of an expression that the runs of a group match. */
function condition(key: string, run: QueriedRun): string {
  const value = run.get(key);
  const place = { start: 0, end: 0 };
  const field = { path: key.split('.'), place };
  if (value === undefined) return printQuery({ kind: 'not', of: { kind: 'has', field } });
  const literal = { text: String(value), quoted: typeof value === 'string', place };
  return printQuery({ kind: 'compare', field, operator: '=', value: literal });
}

/** The flags that differ between groups. Those with the most values tell most of them apart, and are first. */
function differingFlags(
  groups: readonly { readonly runs: readonly QueriedRun[] }[],
  keys: ReadonlySet<string>,
): string[] {
  // A run whose files are damaged has no flags: they would all differ.
  const valid = groups.filter(({ runs }) => runs[0]!.get('status') !== 'damaged');
  const flags = [...keys].filter((key) => key.startsWith('flags.') && key !== 'flags.seed').sort();
  const counts = new Map(flags.map((key) => [key, new Set(valid.map(({ runs }) => String(runs[0]!.get(key)))).size]));
  return flags.filter((key) => counts.get(key)! > 1).sort((a, b) => counts.get(b)! - counts.get(a)!);
}
