/** The elements times a number that is rounded to float32, each rounded too, as in the kernels. */
export function scaled(values: Float32Array, by: number): Float32Array {
  const rounded = Math.fround(by);
  return Float32Array.from(values, (value) => value * rounded);
}

/** The Euclidean norm. */
export function norm(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

export function normOfDifference(a: Float32Array, b: Float32Array): number {
  let squares = 0;
  for (let at = 0; at < a.length; at++) squares += (a[at]! - b[at]!) ** 2;
  return Math.sqrt(squares);
}

/** next ← average + share · (value - average), each operation rounded to float32 as in the kernels. */
export function averageTowards(next: Float32Array, average: Float32Array, value: Float32Array, share: number): void {
  const rounded = Math.fround(share);
  for (let at = 0; at < next.length; at++) {
    next[at] = average[at]! + Math.fround(Math.fround(value[at]! - average[at]!) * rounded);
  }
}
