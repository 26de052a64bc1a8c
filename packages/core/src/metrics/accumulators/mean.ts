import type { Direction } from '../metric-direction.js';
import type { MergingAccumulator } from './parts/accumulator.js';
import { metricError, outputOf, weightsOf } from './parts/compared-arrays.js';
import type { MetricArrays } from './parts/metric-array.js';
import { type ArrayOptions, checkMetricOptions, requireChoice } from './parts/metric-options.js';
import { sumAccumulator } from './parts/sum-accumulator.js';
import type { SumTable } from './parts/sum-table.js';

/** Options of `mean`. */
export interface MeanOptions extends Omit<ArrayOptions, 'label'> {
  /** Whether a lower or a higher mean is better. Default: what the metric's name says. */
  readonly direction?: Direction | undefined;
}

/** A metric that is the mean of a number of each example. */
export interface MeanOf {
  readonly direction?: Direction | undefined;
  /** Of a batch: a number for each example; or one number for all, which counts as often as there are examples. */
  of(batch: MetricArrays, outputs: MetricArrays): ArrayLike<number> | number;
}

const [sumKey, weightKey] = [0, 1] as const;

/** The mean of an output of the model; of all its numbers, if it has several for an example. */
export function mean(options: MeanOptions = {}): MergingAccumulator<SumTable> {
  const known = ['output', 'weights', 'direction'];
  checkMetricOptions('mean', options, known);
  const { direction, ...arrays } = options;
  requireChoice('mean', 'direction', direction, ['min', 'max']);
  return sumAccumulator({
    direction,
    add(sums, batch, outputs, context) {
      const values = outputs[outputOf(arrays, outputs, context)]!.data;
      addMean(sums, values, weightsOf(arrays, batch, values.length, context));
    },
    result,
  });
}

/** The accumulator of a `MeanOf`. */
export function meanOf({ direction, of }: MeanOf): MergingAccumulator<SumTable> {
  return sumAccumulator({
    direction,
    add(sums, batch, outputs, context) {
      const examples = Object.values(batch)[0]?.shape[0] ?? 0;
      const value: unknown = of(batch, outputs);
      const values = typeof value === 'number' ? new Float64Array(examples).fill(value) : value;
      if (!isNumbers(values) || values.length !== examples) {
        const what = isNumbers(values) ? `${values.length} numbers` : 'something else';
        throw metricError(
          context,
          `of(batch, outputs) returned ${what} for ${examples} examples`,
          'Return a number for each example, or one number for the batch.',
        );
      }
      addMean(sums, values, undefined);
    },
    result,
  });
}

function addMean(sums: SumTable, values: ArrayLike<number>, weights: ((row: number) => number) | undefined): void {
  for (let at = 0; at < values.length; at++) {
    const weight = weights?.(at) ?? 1;
    if (weight > 0) sums.at(sumKey).add(weight * values[at]!);
    sums.at(weightKey).add(weight);
  }
}

function result(sums: SumTable): number {
  return sums.value(sumKey) / sums.value(weightKey);
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return false;
  const { length } = value as unknown as ArrayLike<unknown>;
  for (let at = 0; at < length; at++)
    if (typeof (value as unknown as ArrayLike<unknown>)[at] !== 'number') return false;
  return true;
}
