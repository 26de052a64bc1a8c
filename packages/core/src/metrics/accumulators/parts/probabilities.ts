/** The natural logarithm of the probability of each class of a row of logits. */
export function logSoftmax(scores: ArrayLike<number>, row: number, width: number, into: Float64Array): Float64Array {
  const start = row * width;
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < width; at++) highest = Math.max(highest, scores[start + at]!);
  let total = 0;
  for (let at = 0; at < width; at++) total += Math.exp(scores[start + at]! - highest);
  const shift = highest + Math.log(total);
  for (let at = 0; at < width; at++) into[at] = scores[start + at]! - shift;
  return into;
}

/** The probability of each class of a row of logits. */
export function softmax(scores: ArrayLike<number>, row: number, width: number, into: Float64Array): Float64Array {
  const start = row * width;
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < width; at++) highest = Math.max(highest, scores[start + at]!);
  let total = 0;
  for (let at = 0; at < width; at++) {
    into[at] = Math.exp(scores[start + at]! - highest);
    total += into[at]!;
  }
  for (let at = 0; at < width; at++) into[at]! /= total;
  return into;
}

export function sigmoid(logit: number): number {
  if (logit >= 0) return 1 / (1 + Math.exp(-logit));
  const power = Math.exp(logit);
  return power / (1 + power);
}

/** The logit above which a probability is above `threshold`. */
export function logitOf(threshold: number): number {
  return Math.log(threshold / (1 - threshold));
}
