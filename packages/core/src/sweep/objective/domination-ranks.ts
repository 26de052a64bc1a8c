import { compareVectors } from './losses.js';

/**
 * The rank of each vector of losses: 0 on the Pareto front, 1 on the front of the others, and so on (non-dominated sort).
 * Equal vectors have equal ranks.
 * @param count enough: ranks beyond the front that completes the `count` best different vectors may be too low, but are
 * above the ranks of these
 */
export function dominationRanks(losses: readonly (readonly number[])[], count = losses.length): Int32Array {
  const ranks = new Int32Array(losses.length);
  const order = losses.map((_, at) => at).sort((a, b) => compareVectors(losses[a]!, losses[b]!) || a - b);
  // The first of each set of equal vectors, in the order of vectors: none is dominated by a later one.
  const unique = order.filter(
    (at, place) => place === 0 || compareVectors(losses[order[place - 1]!]!, losses[at]!) !== 0,
  );
  if (losses[0]?.length === 2) rankPairs(losses, unique, ranks);
  else rankVectors(losses, unique, ranks, count);
  for (let place = 1; place < order.length; place++) {
    const [before, at] = [order[place - 1]!, order[place]!];
    if (compareVectors(losses[before]!, losses[at]!) === 0) ranks[at] = ranks[before]!;
  }
  return ranks;
}

/** Each pair extends the first front whose last pair does not dominate it; the second losses of those last pairs ascend. */
function rankPairs(losses: readonly (readonly number[])[], sorted: readonly number[], ranks: Int32Array): void {
  const lasts: number[] = [];
  for (const at of sorted) {
    const second = losses[at]![1]!;
    let [low, high] = [0, lasts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lasts[middle]! <= second) low = middle + 1;
      else high = middle;
    }
    lasts[low] = second;
    ranks[at] = low;
  }
}

/** Removes one front after the other. */
function rankVectors(
  losses: readonly (readonly number[])[],
  sorted: readonly number[],
  ranks: Int32Array,
  count: number,
): void {
  let rest = sorted;
  for (let rank = 0; rest.length > 0; rank++) {
    if (sorted.length - rest.length >= count) {
      for (const at of rest) ranks[at] = rank;
      return;
    }
    const front: number[] = [];
    const dominated: number[] = [];
    for (const at of rest) {
      const isDominated = front.some((other) => isWeaklyBelow(losses[other]!, losses[at]!));
      if (!isDominated) ranks[at] = rank;
      (isDominated ? dominated : front).push(at);
    }
    rest = dominated;
  }
}

function isWeaklyBelow(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < a.length; at++) if (a[at]! > b[at]!) return false;
  return true;
}
