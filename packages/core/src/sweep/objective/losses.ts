import type { Direction } from '../../metrics/metric-direction.js';

/** The values of a trial's objectives as losses: lower is better in each. */
export function lossesOf(values: readonly number[], directions: readonly Direction[]): number[] {
  return values.map((value, at) => (directions[at] === 'max' ? -value : value));
}

/** Orders vectors by their first number that differs. */
export function compareVectors(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}
