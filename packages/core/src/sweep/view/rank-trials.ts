import type { SweepView, ViewedTrial } from './sweep-view.js';

/**
 * The trials with values, the best first: with one objective those of a sweep's best trial, then completed ones by their
 * value, then others by how far they came; with several the Pareto front before the others.
 */
export function rankTrials({ sweep, trials, best }: Pick<SweepView, 'sweep' | 'trials' | 'best'>): ViewedTrial[] {
  const measured = trials.filter(({ values }) => values !== null);
  const first = new Set(best);
  const rank = ({ trial, state }: ViewedTrial) => (first.has(trial) ? 0 : state === 'completed' ? 1 : 2);
  const sign = sweep.objectives[0]?.direction === 'max' ? -1 : 1;
  return measured.sort((a, b) => {
    const far = rank(a) === 2 && rank(b) === 2 ? b.rungs - a.rungs : 0;
    return rank(a) - rank(b) || far || sign * (a.values![0]! - b.values![0]!) || a.trial - b.trial;
  });
}
