import { compareVectors } from './losses.js';

type Vectors = readonly (readonly number[])[];

/**
 * The rank of each vector of losses: 0 on the Pareto front, 1 on the front of the others, and so on (ENS-BS: Zhang et al.,
 * "An efficient approach to nondominated sorting", 2015). Equal vectors have equal ranks.
 */
export function dominationRanks(losses: Vectors): Int32Array {
  const ranks = new Int32Array(losses.length);
  const order = losses.map((_, at) => at).sort((a, b) => compareVectors(losses[a]!, losses[b]!) || a - b);
  const isDominated = losses[0]?.length === 2 ? isDominatedByLast : isDominatedByAny;
  const fronts: (readonly number[])[][] = [];
  for (const [place, at] of order.entries()) {
    const vector = losses[at]!;
    const before = order[place - 1];
    if (before !== undefined && compareVectors(losses[before]!, vector) === 0) {
      ranks[at] = ranks[before]!;
      continue;
    }
    // What dominates a vector is sorted before it, and a vector dominated in one front is so in all fronts before.
    let low = 0;
    for (let high = fronts.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (isDominated(vector, fronts[middle]!)) low = middle + 1;
      else high = middle;
    }
    if (low === fronts.length) fronts.push([]);
    fronts[low]!.push(vector);
    ranks[at] = low;
  }
  return ranks;
}

/** Of pairs the last one in a front has the least second loss. */
function isDominatedByLast(vector: readonly number[], front: Vectors): boolean {
  return front.at(-1)![1]! <= vector[1]!;
}

/** The last ones are the nearest. */
function isDominatedByAny(vector: readonly number[], front: Vectors): boolean {
  for (let at = front.length - 1; at >= 0; at--) if (isNowhereAbove(front[at]!, vector)) return true;
  return false;
}

function isNowhereAbove(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < a.length; at++) if (a[at]! > b[at]!) return false;
  return true;
}
