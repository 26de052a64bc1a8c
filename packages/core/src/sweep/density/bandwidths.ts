/**
 * The standard deviations of the kernels of sorted observations: the larger distance to a neighbour, of the first and
 * the last that to their one neighbour, clipped (Watanabe, "Tree-structured Parzen Estimator: understanding its
 * algorithm components and their roles for better empirical performance", 2023, with the magic clip of Bergstra 2011).
 * @param centers ascending, between low and high
 * @param out of the same length
 */
export function bandwidths(centers: Float64Array, low: number, high: number, out: Float64Array): void {
  const count = centers.length;
  const most = high - low;
  const least = most / Math.min(100, count + 2);
  for (let at = 0; at < count; at++) {
    const center = centers[at]!;
    const below = at > 0 ? center - centers[at - 1]! : count === 1 ? center - low : 0;
    const above = at < count - 1 ? centers[at + 1]! - center : count === 1 ? high - center : 0;
    out[at] = Math.min(most, Math.max(least, below, above));
  }
}
