/** The source pixels that one pixel of the result is a weighted sum of: `weights.length` pixels from `first` on. */
export interface Support {
  readonly first: number;
  /** Their sum is 1. */
  readonly weights: Float64Array;
}

/** A triangle as wide as a pixel of the smaller of both images: the supports of each pixel of the result. */
export function supportsOf(size: number, outSize: number): Support[] {
  const scale = size / outSize;
  const radius = Math.max(scale, 1);
  return Array.from({ length: outSize }, (_, index) => {
    const center = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - radius + 0.5));
    const end = Math.min(size, Math.trunc(center + radius + 0.5));
    const triangle = Float64Array.from({ length: end - first }, (_, offset) =>
      Math.max(0, 1 - Math.abs((offset + first - center + 0.5) / radius)),
    );
    const total = triangle.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: triangle.map((weight) => weight / total) };
  });
}
