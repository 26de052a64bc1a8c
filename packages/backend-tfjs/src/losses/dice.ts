import { checkOptions, lossSynonyms, requireNotNegative, requireWholeNumber } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { classWeights as weightsOfClasses } from '../model/class-weights.js';
import { weightedMean } from '../model/weighted-mean.js';
import {
  countedLabels,
  meanOf,
  requireSameShape,
  shapeError,
  typeOf,
  type WeightOptions,
  weightsOf,
} from './arrays.js';

export interface DiceOptions extends WeightOptions {
  /** Added above and below the fraction, so that an absent class found absent costs nothing. Default: 1. */
  readonly smooth?: number;
  /** Whether the sums below the fraction are of squares, as in V-Net. Default: false. */
  readonly squared?: boolean;
}

export interface SoftmaxDiceOptions extends DiceOptions {
  /** The axis of the logits that has the classes. Default: -1. */
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
export function sigmoidDice(logits: tf.Tensor, targets: tf.Tensor, options: DiceOptions = {}): tf.Scalar {
  const owner = 'sigmoidDice';
  checkOptions(options, ['smooth', 'squared', 'weights'], { of: owner, synonyms: lossSynonyms });
  requireSameShape(owner, logits, targets);
  if (logits.rank < 2) throw regionError(owner, '[batch, …]', logits);
  const rows = (value: tf.Tensor) => value.reshape([value.shape[0]!, -1]);
  return meanOf(overlapLoss(owner, rows(logits.sigmoid()), rows(targets.toFloat()), options), options.weights);
}

/**
 * The mean over examples and classes of the same, with p = softmax(logits) over the classes, and the sums over the
 * positions: logits [batch, …positions, classes] (or with the classes at `axis`), integer labels [batch, …positions];
 * weights [batch].
 * @throws ForgeError MODEL_INVALID; DATA_INVALID for a label that is no class
 */
export function softmaxDice(logits: tf.Tensor, labels: tf.Tensor, options: SoftmaxDiceOptions = {}): tf.Scalar {
  const owner = 'softmaxDice';
  checkOptions(options, ['axis', 'classWeights', 'ignoreLabel', 'smooth', 'squared', 'weights'], {
    of: owner,
    synonyms: lossSynonyms,
  });
  const { axis = -1, classWeights, ignoreLabel, weights } = options;
  const { rank, shape } = logits;
  if (rank < 3) throw regionError(owner, '[batch, …positions, classes]', logits);
  const at = axis < 0 ? axis + rank : axis;
  requireWholeNumber(owner, 'axis', at, 1, rank - 1);
  if (String(shape.toSpliced(at, 1)) !== String(labels.shape)) {
    throw shapeError(
      owner,
      `an integer label for each position, not ${typeOf(labels)} with ${typeOf(logits)}`,
      'Give class numbers [batch, …]; for channels first, { axis: 1 }.',
    );
  }
  const [batch, classes] = [shape[0]!, shape[at]!];
  const { known, counted } = countedLabels(owner, labels, classes, ignoreLabel);
  // [batch, classes, positions]
  const axes = shape.map((_, index) => index);
  const classesFirst = logits.transpose([0, at, ...axes.filter((index) => index > 0 && index !== at)]);
  const found = classesFirst.reshape([batch, classes, -1]).transpose([0, 2, 1]).softmax(-1).transpose([0, 2, 1]);
  const wanted = known.reshape([batch, -1]).oneHot(classes, 1, 0).toFloat().transpose([0, 2, 1]);
  const mask = counted?.reshape([batch, 1, -1]);
  const masked = (value: tf.Tensor) => (mask ? value.mul(mask) : value);
  const losses = overlapLoss(owner, masked(found), masked(wanted), options);
  if (!classWeights) return meanOf(losses, weights);
  const every = losses
    .zerosLike()
    .add(Array.from({ length: classes }, (_, index) => index))
    .toInt();
  const ofClasses = weightsOfClasses(every, classWeights);
  return weightedMean(losses, weights ? ofClasses.mul(weightsOf(weights, losses.shape)) : ofClasses);
}

/** 1 - Dice, with the sums over the last axis. */
function overlapLoss(
  owner: string,
  found: tf.Tensor,
  wanted: tf.Tensor,
  { smooth = 1, squared = false }: DiceOptions,
): tf.Tensor {
  requireNotNegative(owner, 'smooth', smooth);
  const size = (value: tf.Tensor) => (squared ? value.square() : value).sum(-1);
  const both = found.mul(wanted).sum(-1).mul(2).add(smooth);
  return both
    .div(size(found).add(size(wanted)).add(smooth))
    .mul(-1)
    .add(1);
}

function regionError(owner: string, layout: string, logits: tf.Tensor) {
  return shapeError(
    owner,
    `logits ${layout}, not ${typeOf(logits)}`,
    'It compares regions: for one label an example, use a cross-entropy.',
  );
}
