import type { AreaAverage } from './area-average.js';
import { binnedArea } from './binned-area.js';
import { exactArea } from './exact-area.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { checkMetricOptions, requireChoice, type ScoreOptions, scoreOptions } from './parts/metric-options.js';
import { areaUnderRoc, averagePrecision, type ScoreGroup } from './parts/ranking.js';

/** Options of `rocAuc` and `prAuc`. */
export interface AreaOptions extends ScoreOptions {
  /** Over the classes, each against the rest. `micro`: of all scores together. Default: `macro`. */
  readonly average?: AreaAverage | undefined;
  /**
   * Count probabilities in this many equal bins, instead of keeping every score: memory does not grow with the split.
   * Default: every score is kept, up to 16,777,216.
   */
  readonly bins?: number | undefined;
}

/**
 * The area under the ROC curve. As scikit-learn's `roc_auc_score`, with `multi_class='ovr'`. NaN if a class has no
 * examples, or all.
 */
export function rocAuc(options: AreaOptions = {}): MergingAccumulator<unknown> {
  return areaOf('rocAuc', options, areaUnderRoc);
}

/**
 * The area under the precision-recall curve, as the average precision: scikit-learn's `average_precision_score`. 0 for a
 * class without examples.
 */
export function prAuc(options: AreaOptions = {}): MergingAccumulator<unknown> {
  return areaOf('prAuc', options, averagePrecision);
}

function areaOf(
  kind: string,
  options: AreaOptions,
  area: (groups: readonly ScoreGroup[]) => number,
): MergingAccumulator<unknown> {
  checkMetricOptions(kind, options, [...scoreOptions, 'average', 'bins']);
  const { average = 'macro', bins, ...scores } = options;
  requireChoice(kind, 'average', average, ['macro', 'weighted', 'micro']);
  const accumulator =
    bins === undefined ? exactArea(kind, scores, average, area) : binnedArea(kind, scores, bins, average, area);
  return accumulator as MergingAccumulator<unknown>;
}
