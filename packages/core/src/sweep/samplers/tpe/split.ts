import { bestVectors } from '../../objective/best-vectors.js';
import { compareVectors } from '../../objective/losses.js';
import type { KnownTrial } from './history.js';

/** What a row of the history counts as. */
export const side = { none: 0, good: 1, bad: 2 } as const;

/** The number of the best trials, of `count` finished ones: a tenth, of one objective at most 25. */
export function goodCount(count: number, objectives: number): number {
  const tenth = Math.ceil(0.1 * count);
  return objectives === 1 ? Math.min(tenth, 25) : tenth;
}

/**
 * Splits trials into the good and the bad: completed ones by their losses, then paused ones, those trained longer first.
 * A running trial is bad, so that others running at the same time are not close to it (constant liar).
 * @returns a `side` for each trial
 */
export function split(trials: readonly KnownTrial[], objectives: number): Uint8Array {
  const sides = new Uint8Array(trials.length);
  const completed: number[] = [];
  const paused: number[] = [];
  for (const [row, { state }] of trials.entries()) {
    if (state === 'ignored') continue;
    sides[row] = side.bad;
    if (state === 'completed') completed.push(row);
    else if (state === 'paused') paused.push(row);
  }
  const count = goodCount(completed.length + paused.length, objectives);
  const ofCompleted = Math.min(count, completed.length);
  const best =
    objectives === 1
      ? firstRows(completed, ofCompleted, (a, b) => trials[a]!.losses![0]! - trials[b]!.losses![0]!)
      : bestVectors(
          completed.map((row) => trials[row]!.losses!),
          ofCompleted,
        ).map((at) => completed[at]!);
  const longest = firstRows(paused, count - ofCompleted, (a, b) => comparePaused(trials[a]!, trials[b]!));
  for (const row of [...best, ...longest]) sides[row] = side.good;
  return sides;
}

function comparePaused(a: KnownTrial, b: KnownTrial): number {
  // One that was not measured comes last.
  if (a.losses === null || b.losses === null) return Number(a.losses === null) - Number(b.losses === null);
  return (b.trained ?? -1) - (a.trained ?? -1) || compareVectors(a.losses, b.losses);
}

/** The `count` first rows in an order, the earlier of equal ones. Linear in the number of rows. */
function firstRows(rows: readonly number[], count: number, compare: (a: number, b: number) => number): number[] {
  const first: number[] = [];
  if (count === 0) return first;
  for (const row of rows) {
    if (first.length === count && compare(row, first[count - 1]!) >= 0) continue;
    let at = first.length === count ? count - 1 : first.length;
    while (at > 0 && compare(row, first[at - 1]!) < 0) {
      first[at] = first[at - 1]!;
      at--;
    }
    first[at] = row;
  }
  return first;
}
