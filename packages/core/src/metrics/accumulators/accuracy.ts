import { bestClass, type DecisionOptions, decider, hasNaN } from './decisions.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { type ClassScores, classScores } from './parts/class-scores.js';
import { metricError } from './parts/compared-arrays.js';
import {
  type ArrayOptions,
  arrayOptions,
  checkMetricOptions,
  type IgnoreOption,
  requireWhole,
  scoreOptions,
} from './parts/metric-options.js';
import { nanKey, sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/**
 * The share of examples whose class is predicted; with `multilabel`, of those whose classes are all predicted. As
 * scikit-learn's `accuracy_score`.
 */
export function accuracy(options: DecisionOptions & IgnoreOption = {}): MergingAccumulator<SumTable> {
  checkMetricOptions('accuracy', options, [...scoreOptions, 'threshold', 'ignoreLabel']);
  const isYes = decider('accuracy', options);
  const isHit = (scores: ClassScores, row: number): boolean => {
    const { kind, labels, width } = scores;
    if (kind === 'multiclass') return bestClass(scores, row) === labels[row];
    for (let at = row * width; at < (row + 1) * width; at++) {
      if (isYes(scores.scores[at]!) !== (labels[at] === 1)) return false;
    }
    return true;
  };
  return sumAccumulator({
    direction: 'max',
    add: (sums, batch, outputs, context) => addHits(sums, classScores(options, batch, outputs, context), isHit),
    result: shareOfHits,
  });
}

/** Options of `topK`. */
export interface TopKOptions extends ArrayOptions, IgnoreOption {
  /** How many of the highest scores count. Default: 5. */
  readonly k?: number | undefined;
}

/**
 * The share of examples whose class is among the k highest scores. As scikit-learn's `top_k_accuracy_score`; of equal
 * scores, that of the later class is the higher one.
 */
export function topK(options: TopKOptions = {}): MergingAccumulator<SumTable> {
  checkMetricOptions('topK', options, [...arrayOptions, 'k', 'ignoreLabel']);
  const { k = 5, ...arrays } = options;
  requireWhole('topK', 'k', k, 1, 2 ** 31);
  const isHit = ({ scores, labels, width }: ClassScores, row: number): boolean => {
    const label = labels[row]!;
    const own = scores[row * width + label]!;
    let higher = 0;
    for (let at = 0; at < width; at++) {
      const score = scores[row * width + at]!;
      if (score > own || (score === own && at > label)) higher++;
    }
    return higher < k;
  };
  return sumAccumulator({
    direction: 'max',
    add(sums, batch, outputs, context) {
      const scores = classScores(arrays, batch, outputs, context);
      if (scores.kind === 'binary') {
        throw metricError(context, 'topK needs a score for each class', 'Use accuracy() for one score.');
      }
      addHits(sums, scores, isHit);
    },
    result: shareOfHits,
  });
}

const hits = 0;
const all = 1;

function addHits(sums: SumTable, scores: ClassScores, isHit: (scores: ClassScores, row: number) => boolean): void {
  const { rows, weights } = scores;
  for (let row = 0; row < rows; row++) {
    const weight = weights?.(row) ?? 1;
    sums.at(all).add(weight);
    if (hasNaN(scores, row)) sums.at(nanKey).add(1);
    else if (isHit(scores, row)) sums.at(hits).add(weight);
  }
}

function shareOfHits(sums: SumTable): number {
  return sums.has(nanKey) ? Number.NaN : sums.value(hits) / sums.value(all);
}
