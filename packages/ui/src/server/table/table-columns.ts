import type { QueriedRun } from '@forge-ml/core/runs';
import type { Cell, TableField } from '../../protocol/table.js';

/** As many as fit a wide screen; others are chosen in the page. */
const mostFlags = 12;
const mostMetrics = 4;

/** The most common metrics, then the flags that differ, then those that do not. */
export function defaultColumns(
  runs: readonly QueriedRun[],
  keys: ReadonlySet<string>,
  metrics: readonly string[],
): string[] {
  const flags = [...keys].filter((key) => key.startsWith('flags.') && key !== 'flags.seed').sort();
  const differing = flags.filter((key) => equalValue(runs, key) === undefined);
  const seed = keys.has('flags.seed') && equalValue(runs, 'flags.seed') === undefined ? ['flags.seed'] : [];
  const best = metrics.slice(0, mostMetrics);
  // The last value of a metric is beside its best one.
  const both = best.flatMap((key) => [key.replace(/^best/, 'last'), key].filter((each) => keys.has(each)));
  // What is the same in all runs is said once, not in a column.
  const same = flags.filter((key) => !differing.includes(key));
  return [...both, ...differing.slice(0, mostFlags), ...seed, ...same.slice(0, mostFlags)];
}

/** The value that all runs have; undefined if they differ. Missing values are null. */
export function equalValue(runs: readonly QueriedRun[], key: string): Cell | undefined {
  // A run whose files are damaged has no values: it is not what differs.
  const sample = runs.find((run) => run.get('status') !== 'damaged');
  if (sample === undefined) return undefined;
  const first = cellOf(sample, key);
  const text = JSON.stringify(first);
  const isEqual = runs.every((run) => {
    const value = cellOf(run, key);
    if (value === null && run.get('status') === 'damaged') return true;
    return Object.is(value, first) || (Array.isArray(value) && JSON.stringify(value) === text);
  });
  return isEqual ? first : undefined;
}

/** The best finite value of a metric; undefined for other fields, and if no direction is known. */
export function bestValue(runs: readonly QueriedRun[], { key, direction }: TableField): number | undefined {
  if (direction === null) return undefined;
  let best: number | undefined;
  for (const run of runs) {
    const value = run.get(key);
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    if (best === undefined || (direction === 'min' ? value < best : value > best)) best = value;
  }
  return best;
}

export function cellOf(run: QueriedRun, key: string): Cell {
  return run.get(key) ?? null;
}
