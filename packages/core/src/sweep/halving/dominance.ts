import type { Direction } from '../../metrics/metric-direction.js';
import { dominationRanks } from '../objective/domination-ranks.js';
import { lossesOf } from '../objective/losses.js';

/** The values of one trial. */
export interface Ranked {
  readonly trial: number;
  /** One for each objective, finite. */
  readonly values: readonly number[];
}

/** Whether values are as good in every objective, and better in one. */
export function dominates(a: readonly number[], b: readonly number[], directions: readonly Direction[]): boolean {
  let better = false;
  for (let at = 0; at < directions.length; at++) {
    const difference = directions[at] === 'min' ? a[at]! - b[at]! : b[at]! - a[at]!;
    if (difference > 0) return false;
    if (difference < 0) better = true;
  }
  return better;
}

/** Sorts by the first objective, then the next; ties by the trial's number. */
export function compareRanked(a: Ranked, b: Ranked, directions: readonly Direction[]): number {
  for (let at = 0; at < directions.length; at++) {
    const difference = a.values[at]! - b.values[at]!;
    if (difference !== 0) return directions[at] === 'min' ? difference : -difference;
  }
  return a.trial - b.trial;
}

/** Non-dominated fronts, the best first, each sorted by trial. With one objective trials of equal value are in one front. */
export function frontsOf<T extends Ranked>(trials: readonly T[], directions: readonly Direction[]): T[][] {
  const ranks = dominationRanks(trials.map(({ values }) => lossesOf(values, directions)));
  const fronts: T[][] = [];
  for (const [at, trial] of trials.entries()) {
    fronts[ranks[at]!] ??= [];
    fronts[ranks[at]!]!.push(trial);
  }
  for (const front of fronts) front.sort((a, b) => a.trial - b.trial);
  return fronts;
}
