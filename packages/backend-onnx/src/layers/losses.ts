import { checkOptions, ForgeError, shownValue } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import {
  abs,
  add,
  argMax,
  cast,
  equal,
  expand,
  min,
  mul,
  reduceMean,
  shapeOf,
  sigmoid,
  softplus,
  sub,
} from '@forge-ml/onnx/ops';
import { requireSameShape, wholeLabels } from './targets.js';
import {
  classWeightsFor,
  meanOf,
  type WeightOptions,
  weightedMean,
  weightOfTarget,
  weightsFor,
} from './weighted-mean.js';

export interface SigmoidCrossEntropyOptions extends WeightOptions {
  /** The weights of targets 0 and 1; of those between in proportion. */
  readonly classWeights?: readonly [negative: number, positive: number];
}

/** The mean of the binary cross-entropy of sigmoid(logits) to targets from 0 to 1, of the same shape; never overflows. */
export function sigmoidCrossEntropy(logits: Value, targets: Value, options: SigmoidCrossEntropyOptions = {}): Value {
  const owner = 'sigmoidCrossEntropy';
  checkOptions(options, ['classWeights', 'weights'], { of: owner, synonyms: { sampleWeight: 'weights' } });
  requireSameShape(owner, logits, targets);
  const wanted = cast(targets, logits.dtype);
  const losses = sub(softplus(logits), mul(logits, wanted));
  const { classWeights, weights } = options;
  if (classWeights === undefined) return meanOf(owner, losses, weights);
  const ofTargets = weightOfTarget(wanted, classWeightsFor(owner, classWeights, 2));
  // A single target has one weight for all logits.
  const all = targets.shape.length === 0 ? expand(ofTargets, shapeOf(losses)) : ofTargets;
  return weightedMean(losses, weights ? mul(all, weightsFor(owner, losses, weights)) : all);
}

/** The mean of (predictions - targets)². */
export function meanSquaredError(predictions: Value, targets: Value, options: WeightOptions = {}): Value {
  const difference = errorOf('meanSquaredError', predictions, targets, options);
  return meanOf('meanSquaredError', mul(difference, difference), options.weights);
}

/** The mean of |predictions - targets|. */
export function meanAbsoluteError(predictions: Value, targets: Value, options: WeightOptions = {}): Value {
  const difference = errorOf('meanAbsoluteError', predictions, targets, options);
  return meanOf('meanAbsoluteError', abs(difference), options.weights);
}

/** The mean of ½e² up to |e| = delta, and of delta·(|e| - ½delta) beyond (Huber, 1964). */
export function huber(predictions: Value, targets: Value, delta = 1, options: WeightOptions = {}): Value {
  const difference = errorOf('huber', predictions, targets, options);
  if (!(delta > 0)) {
    throw new ForgeError('MODEL_INVALID', `huber: delta is a number above 0, not ${shownValue(delta)}.`, {
      about: 'huber',
    });
  }
  const error = abs(difference);
  const near = min([error, scalar(delta, error.dtype)]);
  // ½n² + delta · (|e| - n), with n = min(|e|, delta), is both branches at once.
  return meanOf('huber', add(mul(mul(near, near), 0.5), mul(sub(error, near), delta)), options.weights);
}

function errorOf(owner: string, predictions: Value, targets: Value, options: WeightOptions): Value {
  checkOptions(options, ['weights'], { of: owner, synonyms: { sampleWeight: 'weights' } });
  requireSameShape(owner, predictions, targets);
  return sub(predictions, cast(targets, predictions.dtype));
}

/** The share of the rows whose largest logit is that of the label: logits […, classes], labels […]. */
export function accuracy(logits: Value, labels: Value): Value {
  const guesses = argMax(logits, -1, { keepdims: false });
  return mean(cast(equal(guesses, cast(wholeLabels('accuracy', logits, labels), 'int64')), 'float32'));
}

/** The share of the elements whose probability is on the same side of 0.5 as their target. */
export function binaryAccuracy(logits: Value, targets: Value): Value {
  requireSameShape('binaryAccuracy', logits, targets);
  const sure = cast(sigmoid(logits), 'float32');
  const sides = [sure, cast(targets, 'float32')].map((value) => cast(add(value, 0.5), 'int32'));
  return mean(cast(equal(sides[0]!, sides[1]!), 'float32'));
}

function mean(value: Value): Value {
  return reduceMean(value, undefined, { keepdims: false });
}
