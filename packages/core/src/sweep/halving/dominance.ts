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

/** Sorts by non-dominated front, the best first; ties by the trial's number. Of one objective: by value. */
export function byFront<T extends Ranked>(trials: readonly T[], directions: readonly Direction[]): T[] {
  const ranks = dominationRanks(trials.map(({ values }) => lossesOf(values, directions)));
  const order = trials.map((_, at) => at);
  order.sort((a, b) => ranks[a]! - ranks[b]! || trials[a]!.trial - trials[b]!.trial);
  return order.map((at) => trials[at]!);
}
