import { bestClass, type DecisionOptions, decider, hasNaN } from './decisions.js';
import type { TableAccumulator } from './parts/accumulator.js';
import { classScores } from './parts/class-scores.js';
import { metricError } from './parts/compared-arrays.js';
import { checkMetricOptions, scoreOptions } from './parts/metric-options.js';
import { nanKey, sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions extends Omit<DecisionOptions, 'multilabel'> {
  /** Names of the classes, in order. Default: their numbers. */
  readonly names?: readonly string[] | undefined;
}

/** A larger table is of no use to a reader. */
const mostClasses = 1000;
/** The key that stands for a number of classes. */
const keyOfWidth = (width: number) => -10 - width;

/** How often (or with what weight) each class is predicted for each label. As scikit-learn's `confusion_matrix`. */
export function confusionMatrix(options: ConfusionMatrixOptions = {}): TableAccumulator<SumTable> {
  const known = scoreOptions.filter((name) => name !== 'multilabel');
  checkMetricOptions('confusionMatrix', options, [...known, 'threshold', 'names']);
  const { names, ...others } = options;
  const isYes = decider('confusionMatrix', others);
  return {
    table: true,
    ...sumAccumulator({
      add(sums, batch, outputs, context) {
        const scores = classScores(others, batch, outputs, context);
        const { rows, weights, labels } = scores;
        const width = scores.kind === 'binary' ? 2 : scores.width;
        if (width > mostClasses) {
          throw metricError(context, `there are ${width} classes`, `A table has at most ${mostClasses}: remove it.`);
        }
        if (names !== undefined && names.length !== width) {
          throw metricError(
            context,
            `it has ${names.length} ${names.length === 1 ? 'name' : 'names'} for ${width} classes`,
            'Name each class once.',
          );
        }
        sums.at(keyOfWidth(width));
        for (let row = 0; row < rows; row++) {
          const predicted = scores.kind === 'binary' ? Number(isYes(scores.scores[row]!)) : bestClass(scores, row);
          const key = hasNaN(scores, row) ? nanKey : labels[row]! * mostClasses + predicted;
          sums.at(key).add(weights?.(row) ?? 1);
        }
      },
      result(sums) {
        const width = Math.max(0, keyOfWidth(sums.keys[0] ?? keyOfWidth(0)));
        const classes = Array.from({ length: width }, (_, at) => names?.[at] ?? String(at));
        const cell = (row: number, column: number) =>
          sums.has(nanKey) ? Number.NaN : sums.value(row * mostClasses + column);
        const values = classes.map((_row, row) => classes.map((_column, column) => cell(row, column)));
        return { axes: ['true', 'predicted'] as const, rows: classes, columns: classes, values };
      },
    }),
  };
}
