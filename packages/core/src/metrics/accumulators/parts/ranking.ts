import { ExactSum } from './exact-sum.js';

/** Examples with the same score: the weights of those that are positive, and of the others. */
export interface ScoreGroup {
  readonly positive: number;
  readonly negative: number;
}

/**
 * The examples by score, highest first.
 * @param weights undefined if all count the same
 */
export function groupByScore(
  scores: Float64Array,
  isPositive: (at: number) => boolean,
  weights: Float64Array | undefined,
): ScoreGroup[] {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const groups: ScoreGroup[] = [];
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!;
    const positive = new ExactSum();
    const negative = new ExactSum();
    for (; at < order.length && scores[order[at]!] === score; at++) {
      const index = order[at]!;
      (isPositive(index) ? positive : negative).add(weights?.[index] ?? 1);
    }
    groups.push({ positive: positive.value, negative: negative.value });
  }
  return groups;
}

/**
 * The area under the ROC curve, by the trapezoidal rule; equal scores count half. As scikit-learn's `roc_auc_score`.
 * @returns NaN if all examples are of one class
 */
export function areaUnderRoc(groups: readonly ScoreGroup[]): number {
  const [above, area] = [new ExactSum(), new ExactSum()];
  const negatives = new ExactSum();
  for (const { positive, negative } of groups) {
    area.addProduct(negative, above.value);
    area.addProduct(negative, positive / 2);
    above.add(positive);
    negatives.add(negative);
  }
  const [all, others] = [above.value, negatives.value];
  return all === 0 || others === 0 ? Number.NaN : area.value / all / others;
}

/**
 * The average precision: the sum over thresholds of the precision there, times the recall gained. As scikit-learn's
 * `average_precision_score`: not the trapezoidal area, which is too high.
 * @returns 0 without positive examples
 */
export function averagePrecision(groups: readonly ScoreGroup[]): number {
  const [hits, predicted, area] = [new ExactSum(), new ExactSum(), new ExactSum()];
  for (const { positive, negative } of groups) {
    hits.add(positive);
    predicted.add(positive);
    predicted.add(negative);
    if (positive > 0) area.add((positive * hits.value) / predicted.value);
  }
  return hits.value === 0 ? 0 : area.value / hits.value;
}
