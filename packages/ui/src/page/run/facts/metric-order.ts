import type { RunMetric } from '../../../protocol/run-view.js';

const splitRank = ['valid', 'test', 'train'];

/** Model quality first: validation before test before training; others keep their order. */
export function byQuality(a: RunMetric, b: RunMetric): number {
  return rankOf(a) - rankOf(b);
}

function rankOf({ split }: RunMetric): number {
  const rank = splitRank.indexOf(split);
  return rank === -1 ? splitRank.length : rank;
}
