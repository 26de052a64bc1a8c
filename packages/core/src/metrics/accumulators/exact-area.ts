import { type AreaAverage, averageArea } from './area-average.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { classScores } from './parts/class-scores.js';
import { metricError } from './parts/compared-arrays.js';
import type { ScoreOptions } from './parts/metric-options.js';
import { softmax } from './parts/probabilities.js';
import { groupByScore, type ScoreGroup } from './parts/ranking.js';
import { ScoreList } from './parts/score-list.js';

/** The most scores that are kept: 128 MiB. Of the state of a checkpoint: some MiB of text. */
const mostScores = 2 ** 24;
const mostSavedScores = 2 ** 18;

/** An area under a curve from all scores of the split. */
export function exactArea(
  kind: string,
  options: ScoreOptions,
  average: AreaAverage,
  area: (groups: readonly ScoreGroup[]) => number,
): MergingAccumulator<ScoreList> {
  return {
    direction: 'max',
    start: () => new ScoreList(),
    add(list, batch, outputs, context) {
      list.add(classScores(options, batch, outputs, context));
      if (list.scores.length <= (context.saved ? mostSavedScores : mostScores)) return;
      if (context.saved) return list.empty();
      throw metricError(
        context,
        `there are more than ${mostScores} scores`,
        `Write ${kind}({ bins: 10000 }), which needs little memory.`,
      );
    },
    result: (list) => (list.full || list.kind === undefined ? Number.NaN : areaOf(list, options, average, area)),
    toJson: (list) => list.state,
    fromJson: ScoreList.from,
    merge: (list, other) => list.merge(other),
  };
}

function areaOf(
  list: ScoreList,
  { probabilities }: ScoreOptions,
  average: AreaAverage,
  area: (groups: readonly ScoreGroup[]) => number,
): number {
  const { width } = list;
  const kind = list.kind!;
  const labels = list.labels.values;
  const weights = list.weights.length === 0 ? undefined : list.weights.values;
  // Classes are compared by probability: the order of logits of different rows differs from it.
  const scores =
    kind === 'multiclass' && !probabilities ? probabilitiesOf(list.scores.values, width) : list.scores.values;
  if (scores.some(Number.isNaN)) return Number.NaN;
  const isLabel = (row: number, at: number) =>
    kind === 'multiclass' ? labels[row] === at : labels[row * width + at] === 1;
  if (average === 'micro') {
    const each = weights && Float64Array.from(scores, (_score, at) => weights[Math.floor(at / width)]!);
    return area(groupByScore(scores, (at) => isLabel(Math.floor(at / width), at % width), each));
  }
  const classes = Array.from({ length: width }, (_, at) => {
    const own = Float64Array.from({ length: scores.length / width }, (_, row) => scores[row * width + at]!);
    return groupByScore(own, (row) => isLabel(row, at), weights);
  });
  return averageArea(classes, area, average);
}

function probabilitiesOf(logits: Float64Array, width: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let row = 0; row < logits.length / width; row++) {
    softmax(logits, row, width, probabilities.subarray(row * width, (row + 1) * width));
  }
  return probabilities;
}
