import { describeValue, ForgeError, shownValue } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { constant, describeType, scalar, tensorOf } from '@forge-ml/onnx/graph';
import {
  add,
  cast,
  div,
  equal,
  expand,
  gather,
  less,
  mul,
  reduceMean,
  reduceMin,
  reduceSum,
  reshape,
  shapeOf,
  where,
} from '@forge-ml/onnx/ops';

/** Options of the losses that compare predictions with targets of the same shape. */
export interface WeightOptions {
  /**
   * Weights of the examples [batch], or of all elements. The loss is the weighted mean: divided by the sum of the
   * weights; 0 if all of them are 0. A negative weight is an error when the step runs.
   */
  readonly weights?: Value;
}

/** sum(weight · value) / sum(weight); 0, with a gradient of 0, if all weights are 0. Both of the same shape. */
export function weightedMean(values: Value, weights: Value): Value {
  return divided(total(mul(values, weights)), total(weights));
}

/**
 * The mean of values, or their weighted mean.
 * @param owner the loss, for messages
 * @param weights as in `WeightOptions`
 * @throws ForgeError MODEL_INVALID for weights of another shape
 */
export function meanOf(owner: string, values: Value, weights: Value | undefined): Value {
  if (weights !== undefined) return weightedMean(values, weightsFor(owner, values, weights));
  return reduceMean(values, undefined, { keepdims: false });
}

/** The quotient, or 0 where the sum of weights is 0. */
export function divided(sum: Value, weights: Value): Value {
  return div(sum, where(equal(weights, 0), scalar(1, weights.dtype), weights));
}

export function total(value: Value): Value {
  return reduceSum(value, undefined, { keepdims: false });
}

/**
 * The weight of each element of `values`.
 * @param owner the loss, for messages
 * @throws ForgeError MODEL_INVALID for weights of another shape
 */
export function weightsFor(owner: string, values: Value, weights: Value, dtype = values.dtype): Value {
  if (typeof weights !== 'object' || weights === null || !('shape' in weights)) {
    throw new ForgeError('MODEL_INVALID', `${owner}: weights is ${describeValue(weights)}, not a value.`, {
      about: owner,
      hint: 'Give an array of the batch: weights: batch.weights.',
    });
  }
  const perExample = weights.shape.length === 1 && values.shape.length > 1;
  if (!perExample) requireWeightShape(owner, values, weights);
  const given = withoutNegatives(cast(weights, dtype));
  if (!perExample) return given;
  return expand(reshape(given, [-1, ...values.shape.slice(1).map(() => 1)]), shapeOf(values));
}

/** Sizes that are known only when the model runs are compared by ONNX Runtime. */
function requireWeightShape(owner: string, values: Value, weights: Value): void {
  const fits = weights.shape.every((dim, axis) => {
    const other = values.shape[axis];
    return typeof dim !== 'number' || typeof other !== 'number' || dim === other;
  });
  if (fits && weights.shape.length > 0 && weights.shape.length === values.shape.length) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner}: weights is ${describeType(weights)}, not one for each example or for each element of ${describeType(values)}.`,
    { about: owner, hint: 'Give an array of the batch: weights: batch.weights.' },
  );
}

/** A negative weight reads an element out of range, which ONNX Runtime rejects. */
function withoutNegatives(weights: Value): Value {
  const isNegative = cast(less(reduceMin(weights, undefined, { keepdims: false }), 0), 'int64');
  return mul(weights, gather(constant(tensorOf([1], weights.dtype, [1])), isNegative));
}

/**
 * Checks the weights of classes.
 * @throws ForgeError MODEL_INVALID
 */
export function classWeightsFor(owner: string, weights: unknown, classes: number): readonly number[] {
  const fail = (problem: string) => {
    return new ForgeError('MODEL_INVALID', `${owner}: classWeights ${problem}.`, {
      about: owner,
      hint: `Give ${classes} numbers of at least 0, one for each class.`,
    });
  };
  if (!Array.isArray(weights)) throw fail(`is ${describeValue(weights)}, not a list`);
  if (weights.length !== classes) throw fail(`has ${weights.length} numbers, but there are ${classes} classes`);
  const wrong: unknown = weights.find((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong !== undefined) throw fail(`has ${shownValue(wrong)}, not a number of at least 0`);
  if (weights.every((weight) => weight === 0)) throw fail('are all 0');
  return weights;
}

/** The weight of a target from 0 (weights[0]) to 1 (weights[1]). */
export function weightOfTarget(targets: Value, [negative, positive]: readonly number[]): Value {
  return add(mul(targets, positive! - negative!), negative!);
}
