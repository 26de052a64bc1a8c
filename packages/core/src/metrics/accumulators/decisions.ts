import type { ClassScores } from './parts/class-scores.js';
import { requireProbability, type ScoreOptions } from './parts/metric-options.js';
import { logitOf } from './parts/probabilities.js';

/** Options of metrics of predicted classes. */
export interface DecisionOptions extends ScoreOptions {
  /**
   * The probability above which a class is predicted, where there is one score for yes and no (binary, multilabel). A
   * logit is compared with the logit of it: with 0 by default. Default: 0.5.
   */
  readonly threshold?: number | undefined;
}

/** Whether a single score means yes. */
export function decider(kind: string, { threshold = 0.5, probabilities }: DecisionOptions): (score: number) => boolean {
  requireProbability(kind, 'threshold', threshold);
  const limit = probabilities ? threshold : logitOf(threshold);
  return (score) => score > limit;
}

/** The class with the highest score, the first of equal ones. */
export function bestClass({ scores, width }: ClassScores, row: number): number {
  let best = 0;
  for (let at = 1; at < width; at++) if (scores[row * width + at]! > scores[row * width + best]!) best = at;
  return best;
}

export function hasNaN({ scores, width }: ClassScores, row: number): boolean {
  for (let at = row * width; at < (row + 1) * width; at++) if (Number.isNaN(scores[at])) return true;
  return false;
}
