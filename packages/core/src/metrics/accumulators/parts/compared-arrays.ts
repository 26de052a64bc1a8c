import { ForgeError } from '../../../errors/forge-error.js';
import { describeTensor } from '../../../tensor/tensor-data.js';
import type { MetricContext } from './accumulator.js';
import type { MetricArray, MetricArrays } from './metric-array.js';
import type { ArrayOptions } from './metric-options.js';

/** The arrays that a metric compares. */
export interface ComparedArrays {
  readonly label: MetricArray;
  readonly output: MetricArray;
  readonly names: { readonly label: string; readonly output: string };
}

/** @throws ForgeError METRIC_INVALID where the options name no array, or it is not clear which */
export function arraysOf(
  options: ArrayOptions,
  batch: MetricArrays,
  outputs: MetricArrays,
  context: MetricContext,
): ComparedArrays {
  const label = options.label ?? defaultLabel(batch, options, context);
  const output = outputOf(options, outputs, context);
  return {
    label: named(batch, label, 'label', 'the batch', context),
    output: outputs[output]!,
    names: { label, output },
  };
}

/** The name of the output that a metric reads. @throws ForgeError METRIC_INVALID */
export function outputOf({ output }: ArrayOptions, outputs: MetricArrays, context: MetricContext): string {
  const names = Object.keys(outputs);
  if (output !== undefined) {
    named(outputs, output, 'output', 'the model', context);
    return output;
  }
  if (names.length === 1) return names[0]!;
  throw metricError(context, `the model has the outputs ${names.join(', ')}`, 'Choose one: { output: … }.');
}

/**
 * The weight of each of `rows` rows; undefined if all count the same. A batch's array has a weight for each example, or
 * one for each row.
 * @throws ForgeError METRIC_INVALID, DATA_INVALID for a weight that is negative or not finite
 */
export function weightsOf(
  { weights: name }: ArrayOptions,
  batch: MetricArrays,
  rows: number,
  context: MetricContext,
): ((row: number) => number) | undefined {
  if (name === undefined) return undefined;
  const tensor = named(batch, name, 'weights', 'the batch', context);
  const weights = tensor.data;
  if (weights.length === 0 || rows % weights.length !== 0) {
    throw metricError(
      context,
      `the weights ${name} are ${describeTensor(tensor)} for ${rows} examples`,
      'Give each example one weight.',
    );
  }
  for (let at = 0; at < weights.length; at++) {
    if (weights[at]! >= 0 && Number.isFinite(weights[at])) continue;
    throw dataError(context, `a weight in ${name} is ${weights[at]}`, 'A weight is a finite number of at least 0.');
  }
  const each = rows / weights.length;
  return each === 1 ? (row) => weights[row]! : (row) => weights[Math.floor(row / each)]!;
}

/** The shape without trailing dimensions of 1, but with the first. */
export function trimmedShape(shape: readonly number[]): readonly number[] {
  let length = shape.length;
  while (length > 1 && shape[length - 1] === 1) length--;
  return shape.slice(0, length);
}

export function metricError({ metric }: MetricContext, problem: string, hint: string): ForgeError {
  return new ForgeError('METRIC_INVALID', `The metric ${metric}: ${problem}.`, { about: metric, hint });
}

export function dataError({ metric }: MetricContext, problem: string, hint: string): ForgeError {
  return new ForgeError('DATA_INVALID', `The metric ${metric}: ${problem}.`, { about: metric, hint });
}

function named(arrays: MetricArrays, name: string, option: string, owner: string, context: MetricContext): MetricArray {
  if (Object.hasOwn(arrays, name)) return arrays[name]!;
  const list = Object.keys(arrays).join(', ') || 'nothing';
  throw metricError(context, `${owner} has no ${JSON.stringify(name)}, but ${list}`, `Change { ${option}: … }.`);
}

function defaultLabel(batch: MetricArrays, { weights }: ArrayOptions, context: MetricContext): string {
  const labels = (context.labels ?? []).filter((name) => name !== weights);
  if (labels.length === 1) return labels[0]!;
  const problem = `it is not clear which array has the labels; the batch has ${Object.keys(batch).join(', ')}`;
  throw metricError(context, problem, "Name it: { label: 'y' }.");
}
