/** Up to here the exact distribution is quick to count. */
const mostExact = 50;

/**
 * The p-value of Wilcoxon's signed-rank test that paired differences tend to be above 0 (one-sided; zeros are dropped):
 * exact without ties up to 50 pairs, else by the normal approximation, as `scipy.stats.wilcoxon` computes it.
 * @returns 1 if all differences are 0
 */
export function wilcoxonGreater(differences: readonly number[]): number {
  const others = differences.filter((difference) => difference !== 0);
  if (others.length === 0) return 1;
  const ranks = averageRanks(others.map(Math.abs));
  const positive = others.reduce((sum, difference, at) => sum + (difference > 0 ? ranks[at]! : 0), 0);
  const hasTies = new Set(ranks).size < ranks.length;
  const isExact = !hasTies && others.length === differences.length && others.length <= mostExact;
  return isExact ? exactUpperTail(positive, others.length) : normalUpperTail(positive, ranks);
}

/** The share of the 2^n ways to sign the ranks 1 … n whose positive ranks sum to at least `sum`. */
function exactUpperTail(sum: number, n: number): number {
  const most = (n * (n + 1)) / 2;
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) for (let at = most; at >= rank; at--) ways[at]! += ways[at - rank]!;
  return ways.slice(sum).reduce((total, count) => total + count, 0) / 2 ** n;
}

function normalUpperTail(sum: number, ranks: readonly number[]): number {
  const n = ranks.length;
  const counts = new Map<number, number>();
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  const ties = [...counts.values()].reduce((total, count) => total + count ** 3 - count, 0);
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48);
  return 1 - normalCdf((sum - (n * (n + 1)) / 4) / deviation);
}

/** From 1; equal numbers have the mean of their ranks. */
export function averageRanks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let at = start; at < end; at++) ranks[order[at]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Holm's p-values of several tests (1979): below α for those that are rejected at a family-wise error of α. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [place, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[at]!));
    adjusted[at] = largest;
  }
  return adjusted;
}

/** P(Z < x), by Simpson's rule: exact to 1e-10. */
function normalCdf(x: number): number {
  const end = Math.max(-9, Math.min(9, x));
  const steps = 2000;
  const width = end / steps;
  let sum = 0;
  for (let at = 0; at <= steps; at++) {
    const weight = at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((at * width) ** 2) / 2);
  }
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}
