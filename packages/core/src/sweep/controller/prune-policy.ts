import { byFront, type Ranked } from '../halving/dominance.js';
import type { SweepState } from '../record/sweep-state.js';
import type { TrialState } from '../record/trial-state.js';

/** Chooses the trials whose checkpoints are removed, by the policy of the sweep. */
export class PrunePolicy {
  /** Of `best`: the completed trials that are kept. */
  private kept: Ranked[] = [];

  /**
   * @param ended trials that ended since the last call
   * @param limit how many trials there will be at most; Infinity where it is unknown
   */
  next(state: SweepState, ended: readonly TrialState[], limit: number): number[] {
    const { prune } = state.sweep;
    if (prune.kind === 'none') return [];
    const cannotGoOn = ended.filter(({ end }) => end !== 'completed').map(({ trial }) => trial);
    const training = state.training.values();
    const hopeless = state.brackets?.hopeless({ asked: state.trials.length, limit, training: [...training] }) ?? [];
    const worse = prune.kind === 'best' ? this.allButBest(state, ended, prune.count) : [];
    return [...cannotGoOn, ...hopeless, ...worse].filter((trial) => !state.trials[trial - 1]!.pruned);
  }

  private allButBest({ directions }: SweepState, ended: readonly TrialState[], count: number): number[] {
    const completed = ended.filter(({ end, values }) => end === 'completed' && values !== null);
    const order = byFront([...this.kept, ...(completed as Ranked[])], directions);
    this.kept = order.slice(0, count);
    return order.slice(count).map(({ trial }) => trial);
  }
}
