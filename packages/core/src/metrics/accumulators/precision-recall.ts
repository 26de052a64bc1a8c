import { bestClass, type DecisionOptions, decider, hasNaN } from './decisions.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { type ClassScores, classScores } from './parts/class-scores.js';
import { metricError } from './parts/compared-arrays.js';
import { checkMetricOptions, requireChoice, scoreOptions } from './parts/metric-options.js';
import { nanKey, sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/** Options of `precision`, `recall` and `f1`. */
export interface PrecisionRecallOptions extends DecisionOptions {
  /**
   * `binary`: of class 1. `micro`: of all classes together. `macro`: the mean over the classes. `weighted`: the same,
   * weighted by how often each class is a label. Default: `binary` for one score, else `macro`.
   */
  readonly average?: 'binary' | 'micro' | 'macro' | 'weighted' | undefined;
  /** The value of 0/0: for a class that is never predicted or never a label. NaN excludes the class. Default: 0. */
  readonly zeroDivision?: number | undefined;
}

/** Correct positive predictions ÷ positive predictions. As scikit-learn's `precision_score`. */
export function precision(options: PrecisionRecallOptions = {}): MergingAccumulator<SumTable> {
  return ofCounts('precision', options, ({ hits, predicted }) => [hits, predicted]);
}

/** Correct positive predictions ÷ positive labels. As scikit-learn's `recall_score`. */
export function recall(options: PrecisionRecallOptions = {}): MergingAccumulator<SumTable> {
  return ofCounts('recall', options, ({ hits, actual }) => [hits, actual]);
}

/** The harmonic mean of precision and recall. As scikit-learn's `f1_score`. */
export function f1(options: PrecisionRecallOptions = {}): MergingAccumulator<SumTable> {
  return ofCounts('f1', options, ({ hits, predicted, actual }) => [2 * hits, predicted + actual]);
}

/** Sums of weights. */
interface Counts {
  /** Predicted and true. */
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}

/** Keys of the sums of a class: three for each. */
const [hitKey, predictedKey, actualKey] = [0, 1, 2] as const;
/** Of all classes together, and whether there was one score only. */
const [microHits, microPredicted, microActual, singleScore] = [-2, -3, -4, -5] as const;

function ofCounts(
  kind: string,
  options: PrecisionRecallOptions,
  fraction: (counts: Counts) => readonly [numerator: number, denominator: number],
): MergingAccumulator<SumTable> {
  checkMetricOptions(kind, options, [...scoreOptions, 'threshold', 'average', 'zeroDivision']);
  const { average, zeroDivision = 0 } = options;
  requireChoice(kind, 'average', average, ['binary', 'micro', 'macro', 'weighted']);
  requireChoice(kind, 'zeroDivision', zeroDivision, [0, 1, Number.NaN]);
  const isYes = decider(kind, options);
  const score = (counts: Counts) => {
    const [numerator, denominator] = fraction(counts);
    return denominator === 0 ? zeroDivision : numerator / denominator;
  };
  return sumAccumulator({
    direction: 'max',
    add(sums, batch, outputs, context) {
      const scores = classScores(options, batch, outputs, context);
      if (average === 'binary' && scores.kind !== 'binary') {
        throw metricError(
          context,
          `average is "binary", but there are ${scores.width} scores`,
          'Write "macro", "micro" or "weighted".',
        );
      }
      addCounts(sums, scores, isYes);
    },
    result(sums) {
      if (sums.has(nanKey)) return Number.NaN;
      const used = average ?? (sums.has(singleScore) ? 'binary' : 'macro');
      if (used === 'binary') return score(countsOf(sums, 1));
      if (used === 'micro') {
        const [hits, predicted, actual] = [microHits, microPredicted, microActual].map((key) => sums.value(key));
        return score({ hits: hits!, predicted: predicted!, actual: actual! });
      }
      const classes = new Set(sums.keys.filter((key) => key >= 0).map((key) => Math.floor(key / 3)));
      return (
        meanOf(
          [...classes].map((at) => countsOf(sums, at)),
          score,
          used === 'weighted',
        ) ?? zeroDivision
      );
    },
  });
}

function addCounts(sums: SumTable, scores: ClassScores, isYes: (score: number) => boolean): void {
  const { kind, rows, width, labels, weights } = scores;
  const count = (at: number, predicted: boolean, actual: boolean, weight: number) => {
    if (predicted) add(sums, 3 * at + predictedKey, microPredicted, weight);
    if (actual) add(sums, 3 * at + actualKey, microActual, weight);
    if (predicted && actual) add(sums, 3 * at + hitKey, microHits, weight);
  };
  if (kind === 'binary') sums.at(singleScore);
  // A column counts even where it is never predicted and never a label.
  if (kind === 'multilabel') for (let at = 0; at < width; at++) sums.at(3 * at);
  for (let row = 0; row < rows; row++) {
    const weight = weights?.(row) ?? 1;
    if (hasNaN(scores, row)) {
      sums.at(nanKey).add(1);
    } else if (kind === 'multilabel') {
      for (let at = 0; at < width; at++) {
        count(at, isYes(scores.scores[row * width + at]!), labels[row * width + at] === 1, weight);
      }
    } else {
      const predicted = kind === 'binary' ? Number(isYes(scores.scores[row]!)) : bestClass(scores, row);
      count(predicted, true, predicted === labels[row], weight);
      if (predicted !== labels[row]) count(labels[row]!, false, true, weight);
    }
  }
}

function add(sums: SumTable, key: number, micro: number, weight: number): void {
  sums.at(key).add(weight);
  sums.at(micro).add(weight);
}

function countsOf(sums: SumTable, at: number): Counts {
  const [hits, predicted, actual] = [hitKey, predictedKey, actualKey].map((key) => sums.value(3 * at + key));
  return { hits: hits!, predicted: predicted!, actual: actual! };
}

/** The mean over classes of those that are not NaN; undefined if none has a weight. */
function meanOf(classes: readonly Counts[], score: (counts: Counts) => number, weighted: boolean): number | undefined {
  const values = classes.map((counts) => [score(counts), weighted ? counts.actual : 1] as const);
  const known = values.filter(([value]) => !Number.isNaN(value));
  const total = known.reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) return values.length === 0 || weighted ? undefined : Number.NaN;
  return known.reduce((sum, [value, weight]) => sum + value * weight, 0) / total;
}
