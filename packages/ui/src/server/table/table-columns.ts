import type { QueriedRun } from '@forge-ml/core/runs';
import type { Cell } from '../../protocol/table.js';

/** As many as fit a wide screen; others are chosen in the page. */
const mostFlags = 12;
const mostMetrics = 4;

/** The columns that show what differs: the most common metrics, then the flags that differ. */
export function defaultColumns(
  runs: readonly QueriedRun[],
  keys: ReadonlySet<string>,
  metrics: readonly string[],
): string[] {
  const flags = [...keys].filter((key) => key.startsWith('flags.') && key !== 'flags.seed').sort();
  const differing = flags.filter((key) => equalValue(runs, key) === undefined);
  const seed = keys.has('flags.seed') && equalValue(runs, 'flags.seed') === undefined ? ['flags.seed'] : [];
  return [...metrics.slice(0, mostMetrics), ...differing.slice(0, mostFlags), ...seed];
}

/** The value that all runs have; undefined if they differ. Missing values are null. */
export function equalValue(runs: readonly QueriedRun[], key: string): Cell | undefined {
  if (runs.length === 0) return undefined;
  const first = cellOf(runs[0]!, key);
  const text = JSON.stringify(first);
  const isEqual = runs.every((run) => {
    const value = cellOf(run, key);
    return Object.is(value, first) || (Array.isArray(value) && JSON.stringify(value) === text);
  });
  return isEqual ? first : undefined;
}

export function cellOf(run: QueriedRun, key: string): Cell {
  return run.get(key) ?? null;
}
