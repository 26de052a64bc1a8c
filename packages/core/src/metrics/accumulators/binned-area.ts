import { type AreaAverage, averageArea } from './area-average.js';
import { hasNaN } from './decisions.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { classScores } from './parts/class-scores.js';
import { requireWhole, type ScoreOptions } from './parts/metric-options.js';
import { sigmoid, softmax } from './parts/probabilities.js';
import type { ScoreGroup } from './parts/ranking.js';
import { nanKey, sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/** The key that stands for a number of classes. */
const keyOfWidth = (width: number) => -10 - width;

/** An area under a curve from a histogram of probabilities: those in one of the equal bins count as equal. */
export function binnedArea(
  kind: string,
  options: ScoreOptions,
  bins: number,
  average: AreaAverage,
  area: (groups: readonly ScoreGroup[]) => number,
): MergingAccumulator<SumTable> {
  requireWhole(kind, 'bins', bins, 2, 2 ** 20);
  const binOf = (probability: number) => Math.min(bins - 1, Math.floor(probability * bins));
  return sumAccumulator({
    direction: 'max',
    add(sums, batch, outputs, context) {
      const scores = classScores(options, batch, outputs, context);
      const { rows, width, labels, weights } = scores;
      const probabilities = new Float64Array(width);
      sums.at(keyOfWidth(width));
      for (let row = 0; row < rows; row++) {
        if (hasNaN(scores, row)) {
          sums.at(nanKey).add(1);
          continue;
        }
        const weight = weights?.(row) ?? 1;
        const ofClasses = scores.kind === 'multiclass' && !options.probabilities;
        if (ofClasses) softmax(scores.scores, row, width, probabilities);
        for (let at = 0; at < width; at++) {
          const score = scores.scores[row * width + at]!;
          const probability = options.probabilities ? score : ofClasses ? probabilities[at]! : sigmoid(score);
          const isLabel = scores.kind === 'multiclass' ? labels[row] === at : labels[row * width + at] === 1;
          const table = average === 'micro' ? 0 : at;
          sums.at(2 * (table * bins + binOf(probability)) + Number(isLabel)).add(weight);
        }
      }
    },
    result(sums) {
      const { keys } = sums;
      const width = keyOfWidth(keys[0] ?? 0);
      if (sums.has(nanKey) || width < 1) return Number.NaN;
      const classes: ScoreGroup[][] = Array.from({ length: average === 'micro' ? 1 : width }, () => []);
      const filled = new Set(keys.filter((key) => key >= 0).map((key) => Math.floor(key / 2)));
      for (const bin of [...filled].reverse()) {
        classes[Math.floor(bin / bins)]!.push({ positive: sums.value(2 * bin + 1), negative: sums.value(2 * bin) });
      }
      return averageArea(classes, area, average);
    },
  });
}
