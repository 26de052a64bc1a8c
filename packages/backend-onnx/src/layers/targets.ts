import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType, scalar } from '@forge-ml/onnx/graph';
import { and, cast, equal, less, not, where } from '@forge-ml/onnx/ops';

/**
 * Rejects targets that would be broadcast: predictions [batch, 1] with targets [batch] make a loss over [batch, batch],
 * which silently trains a wrong model. A single number is allowed with any shape.
 * @throws ForgeError MODEL_INVALID naming both shapes
 */
export function requireSameShape(owner: string, predictions: Value, targets: Value): void {
  const [one, other] = [predictions.shape, targets.shape];
  if (one.length === 0 || other.length === 0) return;
  // Sizes that are known only when the model runs are compared by ONNX Runtime.
  const fits = one.every((size, axis) => {
    return typeof size !== 'number' || typeof other[axis] !== 'number' || size === other[axis];
  });
  if (one.length === other.length && fits) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner} takes predictions and targets of the same shape, not ${describeType(predictions)} and ${describeType(targets)}.`,
    { about: owner, hint: 'Reshape one of them: ops.reshape(predictions, [-1]), or targets of shape [batch, 1].' },
  );
}

/**
 * Rejects labels that are not one for each row of logits […, classes], and logits of a single class, for which softmax
 * is always 1.
 * @throws ForgeError MODEL_INVALID
 */
function requireClasses(owner: string, logits: Value, labels: Value): void {
  const rows = logits.shape.slice(0, -1);
  const fits = rows.every((size, axis) => {
    const count = labels.shape[axis];
    return typeof size !== 'number' || typeof count !== 'number' || size === count;
  });
  if (!fits) {
    throw new ForgeError(
      'MODEL_INVALID',
      `${owner} takes a label for each row of logits, not ${describeType(labels)} with ${describeType(logits)}.`,
      { about: owner },
    );
  }
  if (logits.shape.at(-1) !== 1) return;
  throw new ForgeError('MODEL_INVALID', `${owner} needs logits of two classes or more, not ${describeType(logits)}.`, {
    about: owner,
    hint: 'For one logit, yes or no, use sigmoidCrossEntropy and binaryAccuracy.',
  });
}

/**
 * Integer labels, one for each row of logits […, classes], as int32 or int64.
 * @throws ForgeError MODEL_INVALID
 */
export function wholeLabels(owner: string, logits: Value, labels: Value): Value {
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
 * replaced by one out of range, which ONNX Runtime rejects when the step runs.
 */
export function labelsInRange(labels: Value, classes: number, ignoreLabel?: number): Value {
  const negative = less(labels, 0);
  const wrong =
    ignoreLabel !== undefined && ignoreLabel < 0 ? and(negative, not(equal(labels, ignoreLabel))) : negative;
  return where(wrong, scalar(classes, labels.dtype), labels);
}
