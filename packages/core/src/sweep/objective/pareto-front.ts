import type { Direction } from '../../metrics/metric-direction.js';
import { dominationRanks } from './domination-ranks.js';
import { lossesOf } from './losses.js';

/**
 * The trials that no other one surpasses in one objective without being worse in another; equal ones are all on it.
 * @param values of each trial's objectives, finite
 * @returns indices into `values`, ascending
 */
export function paretoFront(values: readonly (readonly number[])[], directions: readonly Direction[]): number[] {
  const ranks = dominationRanks(values.map((vector) => lossesOf(vector, directions)));
  return values.map((_, at) => at).filter((at) => ranks[at] === 0);
}
