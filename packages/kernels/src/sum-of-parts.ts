/** Elements of a part of `Kernels.sumOfSquares`. */
export const partSize = 4096;

/** Adds the sums of all parts in order. */
export function sumOfParts(count: number, sumOf: (start: number, count: number) => number): number {
  let sum = 0;
  for (let start = 0; start < count; start += partSize) sum += sumOf(start, Math.min(partSize, count - start));
  return sum;
}
