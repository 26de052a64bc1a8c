import type { FieldValue } from './query-fields.js';

export type GroupBy = 'experiment' | 'configuration';

/** Runs of one experiment, or of one configuration: with the same flags but for the seed. */
export interface RunGroup<Run> {
  readonly runs: readonly Run[];
}

interface Keyed {
  get(key: string): FieldValue | undefined;
}

/**
 * Groups runs, in the order of each group's first run.
 * @param keys the keys of all values of the runs
 */
export function groupRuns<Run extends Keyed>(
  runs: readonly Run[],
  by: GroupBy,
  keys: Iterable<string>,
): RunGroup<Run>[] {
  const of =
    by === 'experiment'
      ? ['experiment']
      : [...keys].filter((key) => key.startsWith('flags.') && key !== 'flags.seed').sort();
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify(of.map((name) => keyOf(run.get(name))));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()].map((members) => ({ runs: members }));
}

/** JSON has no NaN, and a missing value is none of the others. */
function keyOf(value: FieldValue | undefined): unknown {
  return typeof value === 'number' ? { number: String(value) } : (value ?? null);
}

/** The values of a field in a group. */
export interface GroupStatistics<Run> {
  /** How many runs have a finite value. */
  readonly count: number;
  readonly mean: number | null;
  /** The sample standard deviation (divided by count − 1); null for fewer than two values. */
  readonly standardDeviation: number | null;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The run with the best value; null if none has a value. */
  readonly best: Run | null;
}

/** Statistics of the finite values of a field. @param first which value is best */
export function statisticsOf<Run extends Keyed>(
  runs: readonly Run[],
  key: string,
  first: 'min' | 'max',
): GroupStatistics<Run> {
  let best: { readonly run: Run; readonly value: number } | undefined;
  const values: number[] = [];
  for (const run of runs) {
    const value = run.get(key);
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    values.push(value);
    if (best === undefined || (first === 'min' ? value < best.value : value > best.value)) best = { run, value };
  }
  const count = values.length;
  if (count === 0) {
    return { count, mean: null, standardDeviation: null, median: null, min: null, max: null, best: null };
  }
  // Relative to one of them: so the mean of equal values is exact, and their deviation zero.
  const mean = values[0]! + values.reduce((sum, value) => sum + (value - values[0]!), 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardDeviation = count < 2 ? null : Math.sqrt(squares / (count - 1));
  values.sort((a, b) => a - b);
  const [low, high] = [values[(count - 1) >> 1]!, values[count >> 1]!];
  const median = low + (high - low) / 2;
  return { count, mean, standardDeviation, median, min: values[0]!, max: values[count - 1]!, best: best!.run };
}
