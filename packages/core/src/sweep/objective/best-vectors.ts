import { dominationRanks } from './domination-ranks.js';
import { hypervolumeSubset } from './hypervolume-subset.js';

/**
 * The best of vectors of losses: whole fronts of the non-dominated sort, and of the front that does not fit the subset of
 * the largest hypervolume (Ozaki, Tanigaki, Watanabe and Onishi, "Multiobjective tree-structured Parzen estimator",
 * 2020).
 * @returns the indices of `count` vectors, ascending
 */
export function bestVectors(losses: readonly (readonly number[])[], count: number): number[] {
  if (count === 0) return [];
  const ranks = dominationRanks(losses);
  const byRank: number[][] = [];
  for (const [at, rank] of ranks.entries()) {
    byRank[rank] ??= [];
    byRank[rank].push(at);
  }
  const best: number[] = [];
  for (const front of byRank) {
    const missing = count - best.length;
    if (missing === 0) break;
    const vectors = front.map((at) => losses[at]!);
    const taken =
      front.length <= missing
        ? front
        : hypervolumeSubset(vectors, missing, referencePoint(vectors)).map((index) => front[index]!);
    best.push(...taken);
  }
  return best.sort((a, b) => a - b);
}

/** Slightly worse than the worst loss of each objective. */
function referencePoint(losses: readonly (readonly number[])[]): number[] {
  return losses[0]!.map((_, axis) => {
    let worst = Number.NEGATIVE_INFINITY;
    for (const vector of losses) worst = Math.max(worst, vector[axis]!);
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });
}
