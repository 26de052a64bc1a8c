import type { RunState, TrialEnd, TrialState } from './trial-state.js';

/** How a trial ended by its runs; null while one of them has more to do. */
export function verdictOf({ runs, values }: Pick<TrialState, 'runs' | 'values'>): TrialEnd | null {
  if (runs.some(({ phase }) => phase === 'submitted')) return null;
  const failed = runs.findIndex(({ phase }) => phase === 'failed');
  if (failed >= 0) return { state: 'failed', values: null, reason: reasonOf(runs, failed) };
  if (runs.some(({ phase }) => phase === 'waiting')) return null;
  const reason = runs.find(({ result }) => (result?.reason ?? null) !== null)?.result?.reason ?? null;
  if (values !== null) return { state: 'completed', values, reason };
  return { state: 'failed', values: null, reason: reason ?? 'an objective has no finite value' };
}

function reasonOf(runs: readonly RunState[], failed: number): string | null {
  const { reason } = runs[failed]!;
  return runs.length > 1 && reason !== null ? `run ${failed + 1} of ${runs.length}: ${reason}` : reason;
}

/**
 * The mean of each objective over the runs of a trial; null if one of them has none.
 * @param count of the objectives
 */
export function meanValues(values: readonly (readonly number[] | null)[], count: number): readonly number[] | null {
  if (values.some((of) => of?.length !== count)) return null;
  const means = Array.from({ length: count }, (_, at) => {
    return values.reduce((sum, of) => sum + of![at]!, 0) / values.length;
  });
  return means.every(Number.isFinite) ? means : null;
}
