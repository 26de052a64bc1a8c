import { checkOptions, ForgeError, requireShare } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType, scalar } from '@forge-ml/onnx/graph';
import {
  abs,
  add,
  and,
  argMax,
  cast,
  equal,
  less,
  logSoftmax,
  min,
  mul,
  neg,
  not,
  reduceMean,
  reshape,
  sigmoid,
  softmaxCrossEntropyLoss,
  softplus,
  sub,
  where,
} from '@forge-ml/onnx/ops';
import { knownSize } from './sizes.js';
import { requireClasses, requireSameShape } from './targets.js';

export interface CrossEntropyOptions {
  /** The share of each target that is spread over all classes (Szegedy et al., 2016); 0 by default. */
  readonly labelSmoothing?: number;
  /** Examples with this label are ignored. */
  readonly ignoreLabel?: number;
}

/** The mean of -log softmax(logits)[label]: logits […, classes], labels integers […]. */
export function softmaxCrossEntropy(logits: Value, labels: Value, options: CrossEntropyOptions = {}): Value {
  checkOptions(options, ['labelSmoothing', 'ignoreLabel'], {
    of: 'softmaxCrossEntropy',
    synonyms: { label_smoothing: 'labelSmoothing', ignoreIndex: 'ignoreLabel', ignore_index: 'ignoreLabel' },
  });
  const { labelSmoothing = 0, ignoreLabel } = options;
  requireShare('softmaxCrossEntropy', 'labelSmoothing', labelSmoothing);
  const classes = knownSize('softmaxCrossEntropy', logits, -1);
  const rows = logits.shape.length === 2 ? logits : reshape(logits, [-1, classes]);
  const targets = withoutNegatives(wholeLabels('softmaxCrossEntropy', logits, labels), classes, ignoreLabel);
  const flat = targets.shape.length === 1 ? targets : reshape(targets, [-1]);
  const loss = softmaxCrossEntropyLoss(rows, flat, undefined, {
    reduction: 'mean',
    ...(ignoreLabel === undefined ? {} : { ignoreIndex: ignoreLabel }),
  });
  if (labelSmoothing === 0) return loss;
  const uniform = neg(reduceMean(logSoftmax(rows, -1), undefined, { keepdims: false }));
  return add(mul(loss, 1 - labelSmoothing), mul(uniform, labelSmoothing));
}

/** The mean of the binary cross-entropy of sigmoid(logits) to targets from 0 to 1, of the same shape; never overflows. */
export function sigmoidCrossEntropy(logits: Value, targets: Value): Value {
  requireSameShape('sigmoidCrossEntropy', logits, targets);
  const wanted = cast(targets, logits.dtype);
  return mean(sub(softplus(logits), mul(logits, wanted)));
}

/** The mean of (predictions - targets)². */
export function meanSquaredError(predictions: Value, targets: Value): Value {
  requireSameShape('meanSquaredError', predictions, targets);
  const difference = sub(predictions, cast(targets, predictions.dtype));
  return mean(mul(difference, difference));
}

/** The mean of |predictions - targets|. */
export function meanAbsoluteError(predictions: Value, targets: Value): Value {
  requireSameShape('meanAbsoluteError', predictions, targets);
  return mean(abs(sub(predictions, cast(targets, predictions.dtype))));
}

/** The mean of ½e² up to |e| = delta, and of delta·(|e| - ½delta) beyond (Huber, 1964). */
export function huber(predictions: Value, targets: Value, delta = 1): Value {
  requireSameShape('huber', predictions, targets);
  if (!(delta > 0)) {
    throw new ForgeError('MODEL_INVALID', `huber: delta is a number above 0, not ${String(delta)}.`, {
      about: 'huber',
    });
  }
  const error = abs(sub(predictions, cast(targets, predictions.dtype)));
  const near = min([error, scalar(delta, error.dtype)]);
  // ½n² + delta · (|e| - n), with n = min(|e|, delta), is both branches at once.
  return mean(add(mul(mul(near, near), 0.5), mul(sub(error, near), delta)));
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

function wholeLabels(owner: string, logits: Value, labels: Value): Value {
  if (labels.dtype.includes('int') && labels.shape.length === logits.shape.length - 1) {
    requireClasses(owner, logits, labels);
    return labels.dtype === 'int64' || labels.dtype === 'int32' ? labels : cast(labels, 'int64');
  }
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner} takes integer labels […] with logits […, classes], not ${describeType(labels)} with ${describeType(logits)}.`,
    { about: owner, hint: 'Give class numbers; for target probabilities use logSoftmax.' },
  );
}

/**
 * ONNX counts a negative index from the end, so a label of -1 would silently train the last class. Such a label is
 * replaced by one out of range, which ONNX Runtime rejects.
 */
function withoutNegatives(labels: Value, classes: number, ignoreLabel: number | undefined): Value {
  const negative = less(labels, 0);
  const wrong =
    ignoreLabel !== undefined && ignoreLabel < 0 ? and(negative, not(equal(labels, ignoreLabel))) : negative;
  return where(wrong, scalar(classes, labels.dtype), labels);
}

function mean(value: Value): Value {
  return reduceMean(value, undefined, { keepdims: false });
}
