import { describeTensor } from '../../tensor/tensor-data.js';
import type { MergingAccumulator, MetricContext } from './parts/accumulator.js';
import { arraysOf, metricError, trimmedShape, weightsOf } from './parts/compared-arrays.js';
import type { MetricArrays } from './parts/metric-array.js';
import { type ArrayOptions, arrayOptions, checkMetricOptions } from './parts/metric-options.js';
import { sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/** The mean absolute error. As scikit-learn's `mean_absolute_error`. */
export function mae(options: ArrayOptions = {}): MergingAccumulator<SumTable> {
  return meanOfErrors('mae', options, Math.abs);
}

/** The mean squared error. As scikit-learn's `mean_squared_error`. */
export function mse(options: ArrayOptions = {}): MergingAccumulator<SumTable> {
  return meanOfErrors('mse', options, (error) => error * error);
}

/**
 * The root of the mean squared error. As scikit-learn's `root_mean_squared_error`: for several columns, the mean of
 * their roots.
 */
export function rmse(options: ArrayOptions = {}): MergingAccumulator<SumTable> {
  return meanOfErrors('rmse', options, (error) => error * error, Math.sqrt);
}

const weightKey = -2;

function meanOfErrors(
  kind: string,
  options: ArrayOptions,
  measure: (error: number) => number,
  ofColumn: (mean: number) => number = (mean) => mean,
): MergingAccumulator<SumTable> {
  checkMetricOptions(kind, options, arrayOptions);
  return sumAccumulator({
    direction: 'min',
    add(sums, batch, outputs, context) {
      forEachPair(options, batch, outputs, context, (column, target, prediction, weight) => {
        if (column === 0) sums.at(weightKey).add(weight);
        if (weight > 0) sums.at(column).add(weight * measure(prediction - target));
      });
    },
    result(sums) {
      const columns = sums.keys.filter((key) => key >= 0);
      const total = sums.value(weightKey);
      return columns.reduce((sum, key) => sum + ofColumn(sums.value(key) / total), 0) / columns.length;
    },
  });
}

/** Calls `visit` with each target and its prediction; a column is a place in the row of an example. */
export function forEachPair(
  options: ArrayOptions,
  batch: MetricArrays,
  outputs: MetricArrays,
  context: MetricContext,
  visit: (column: number, target: number, prediction: number, weight: number) => void,
): void {
  const { label, output, names } = arraysOf(options, batch, outputs, context);
  if (String(trimmedShape(label.shape)) !== String(trimmedShape(output.shape))) {
    throw metricError(
      context,
      `the output ${names.output} is ${describeTensor(output)}, the targets ${names.label} are ${describeTensor(label)}`,
      'Targets have the shape of the output.',
    );
  }
  const [targets, predictions] = [label.data, output.data];
  const rows = label.shape[0] ?? 1;
  const columns = targets.length / rows;
  const weights = weightsOf(options, batch, rows, context);
  for (let row = 0; row < rows; row++) {
    const weight = weights?.(row) ?? 1;
    for (let column = 0; column < columns; column++) {
      visit(column, targets[row * columns + column]!, predictions[row * columns + column]!, weight);
    }
  }
}
