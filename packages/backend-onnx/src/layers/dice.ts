import { checkOptions, ForgeError, lossSynonyms, requireNotNegative } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { constant, describeType, scalar, tensorOf } from '@forge-ml/onnx/graph';
import {
  add,
  cast,
  div,
  equal,
  expand,
  gather,
  mul,
  not,
  oneHot,
  reduceSum,
  shapeOf,
  sigmoid,
  softmax,
  sub,
  unsqueeze,
  where,
} from '@forge-ml/onnx/ops';
import { knownSize } from './sizes.js';
import { labelsInRange, requireSameShape } from './targets.js';
import { classWeightsFor, meanOf, type WeightOptions, weightedMean, weightsFor } from './weighted-mean.js';

export interface DiceOptions extends WeightOptions {
  /** Added above and below the fraction, so that an absent class found absent costs nothing. Default: 1. */
  readonly smooth?: number;
  /** Whether the sums below the fraction are of squares, as in V-Net. Default: false. */
  readonly squared?: boolean;
}

export interface SoftmaxDiceOptions extends DiceOptions {
  /** The axis of the logits that has the classes: 1 for the outputs of convolutions. Default: -1. */
  readonly axis?: number;
  /** Positions with this label are ignored. */
  readonly ignoreLabel?: number;
  /** A weight for each class: `[0, 1]` excludes the background. Default: all count the same. */
  readonly classWeights?: readonly number[];
}

/**
 * The mean over the examples of 1 - (2 Σpt + smooth) ÷ (Σp + Σt + smooth), with p = sigmoid(logits), the sums over all
 * elements of an example: logits [batch, …], targets 0 to 1 of the same shape; weights [batch] (Milletari et al., V-Net,
 * 2016).
 * @throws ForgeError MODEL_INVALID
 */
export function sigmoidDice(logits: Value, targets: Value, options: DiceOptions = {}): Value {
  const owner = 'sigmoidDice';
  checkOptions(options, ['smooth', 'squared', 'weights'], { of: owner, synonyms: lossSynonyms });
  requireSameShape(owner, logits, targets);
  requirePositions(owner, logits, 2);
  const axes = logits.shape.slice(1).map((_, at) => at + 1);
  return meanOf(
    owner,
    overlapLoss(owner, sigmoid(logits), cast(targets, logits.dtype), axes, options),
    options.weights,
  );
}

/**
 * The mean over examples and classes of the same, with p = softmax(logits) over the classes, and the sums over the
 * positions: logits [batch, …positions, classes] (or with the classes at `axis`), integer labels [batch, …positions];
 * weights [batch].
 * @throws ForgeError MODEL_INVALID
 */
export function softmaxDice(logits: Value, labels: Value, options: SoftmaxDiceOptions = {}): Value {
  const owner = 'softmaxDice';
  checkOptions(options, ['axis', 'classWeights', 'ignoreLabel', 'smooth', 'squared', 'weights'], {
    of: owner,
    synonyms: lossSynonyms,
  });
  const { axis = -1, classWeights, ignoreLabel, weights } = options;
  const rank = logits.shape.length;
  requirePositions(owner, logits, 3);
  const at = axis < 0 ? axis + rank : axis;
  if (!(Number.isInteger(at) && at > 0 && at < rank)) {
    throw new ForgeError('MODEL_INVALID', `${owner}: axis ${axis} is none of the classes of ${describeType(logits)}.`, {
      about: owner,
      hint: 'Give 1 for [batch, classes, …], or -1 for [batch, …, classes].',
    });
  }
  requireLabels(owner, logits, labels, at);
  const classes = knownSize(owner, logits, at);
  const counted = ignoreLabel === undefined ? undefined : not(equal(labels, ignoreLabel));
  const known = labelsInRange(
    cast(counted ? where(counted, labels, scalar(0, labels.dtype)) : labels, 'int64'),
    classes,
  );
  const wanted = oneHot(known, classes, constant(tensorOf([0, 1], logits.dtype, [2])), at);
  // A one-hot label out of range would be all zeros: reading an element out of range is an error.
  const ones = gather(constant(tensorOf(Array<number>(classes).fill(1), logits.dtype, [classes])), known);
  const mask = unsqueeze(counted ? mul(ones, cast(counted, logits.dtype)) : ones, [at]);
  const masked = (value: Value) => mul(value, mask);
  const axes = logits.shape.map((_, axis) => axis).filter((axis) => axis > 0 && axis !== at);
  const losses = overlapLoss(owner, masked(softmax(logits, at)), masked(wanted), axes, options);
  const ofClasses =
    classWeights && constant(tensorOf(classWeightsFor(owner, classWeights, classes), logits.dtype, [classes]));
  if (!ofClasses) return meanOf(owner, losses, weights);
  const all = expand(ofClasses, shapeOf(losses));
  return weightedMean(losses, weights ? mul(all, weightsFor(owner, losses, weights)) : all);
}

/** 1 - Dice, with the sums over the axes. */
function overlapLoss(
  owner: string,
  found: Value,
  wanted: Value,
  axes: readonly number[],
  { smooth = 1, squared = false }: DiceOptions,
): Value {
  requireNotNegative(owner, 'smooth', smooth);
  const sum = (value: Value) => reduceSum(value, axes, { keepdims: false });
  const size = (value: Value) => sum(squared ? mul(value, value) : value);
  const both = add(mul(sum(mul(found, wanted)), 2), smooth);
  return sub(1, div(both, add(add(size(found), size(wanted)), smooth)));
}

function requirePositions(owner: string, logits: Value, least: number): void {
  if (logits.shape.length >= least) return;
  const layout = least === 2 ? '[batch, …]' : '[batch, …positions, classes]';
  throw new ForgeError('MODEL_INVALID', `${owner} takes logits ${layout}, not ${describeType(logits)}.`, {
    about: owner,
    hint: 'It compares regions: for one label an example, use a cross-entropy.',
  });
}

function requireLabels(owner: string, logits: Value, labels: Value, axis: number): void {
  const positions = logits.shape.toSpliced(axis, 1);
  const fits = positions.every((size, at) => {
    const other = labels.shape[at];
    return typeof size !== 'number' || typeof other !== 'number' || size === other;
  });
  if (fits && positions.length === labels.shape.length && labels.dtype.includes('int')) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner} takes an integer label for each position, not ${describeType(labels)} with ${describeType(logits)}.`,
    { about: owner, hint: 'Give class numbers [batch, …]; for channels first, { axis: 1 }.' },
  );
}
