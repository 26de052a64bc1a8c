import type { MergingAccumulator } from './parts/accumulator.js';
import { type ClassScores, classScores } from './parts/class-scores.js';
import { checkMetricOptions, type IgnoreOption, type ScoreOptions, scoreOptions } from './parts/metric-options.js';
import { logSoftmax } from './parts/probabilities.js';
import { sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/**
 * The mean negative logarithm of the probability of the label. As scikit-learn's `log_loss`: given probabilities are
 * clipped to [2^-52, 1 - 2^-52]; logits are not.
 */
export function logLoss(options: Omit<ScoreOptions, 'multilabel'> & IgnoreOption = {}): MergingAccumulator<SumTable> {
  return ofMeanLoss('logLoss', options, (loss) => loss);
}

/** The exponential function of the mean negative log-likelihood: of `logLoss`. */
export function perplexity(
  options: Omit<ScoreOptions, 'multilabel'> & IgnoreOption = {},
): MergingAccumulator<SumTable> {
  return ofMeanLoss('perplexity', options, Math.exp);
}

const [lossKey, weightKey] = [0, 1];

function ofMeanLoss(
  kind: string,
  options: ScoreOptions & IgnoreOption,
  result: (loss: number) => number,
): MergingAccumulator<SumTable> {
  checkMetricOptions(kind, options, [...scoreOptions.filter((name) => name !== 'multilabel'), 'ignoreLabel']);
  return sumAccumulator({
    direction: 'min',
    add(sums, batch, outputs, context) {
      const scores = classScores(options, batch, outputs, context);
      const memory = new Float64Array(scores.width);
      for (let row = 0; row < scores.rows; row++) {
        const weight = scores.weights?.(row) ?? 1;
        const loss = options.probabilities ? lossOfProbability(scores, row) : lossOfLogits(scores, row, memory);
        // Not 0 × Infinity.
        if (weight > 0) sums.at(lossKey!).add(weight * loss);
        sums.at(weightKey!).add(weight);
      }
    },
    result: (sums) => result(sums.value(lossKey!) / sums.value(weightKey!)),
  });
}

function lossOfProbability({ kind, scores, labels, width }: ClassScores, row: number): number {
  const clip = (probability: number) => Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
  if (kind === 'multiclass') return -Math.log(clip(scores[row * width + labels[row]!]!));
  return -Math.log(labels[row] === 1 ? clip(scores[row]!) : clip(1 - clip(scores[row]!)));
}

function lossOfLogits({ kind, scores, labels, width }: ClassScores, row: number, memory: Float64Array): number {
  if (kind === 'multiclass') return -logSoftmax(scores, row, width, memory)[labels[row]!]!;
  // softplus of the logit against the label
  const logit = labels[row] === 1 ? -scores[row]! : scores[row]!;
  return Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
}
