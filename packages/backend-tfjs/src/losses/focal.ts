import { checkOptions, ForgeError, lossSynonyms, requireNotNegative, shownValue } from '@forge-ml/core/plugin';
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

interface FocusOptions extends WeightOptions {
  /** How strongly well-classified examples are ignored; 0 is the cross-entropy. Default: 2. */
  readonly gamma?: number;
}

export interface SigmoidFocalOptions extends FocusOptions {
  /** The weight of targets of 1; 1 - alpha is that of 0. Default: 0.25, as in the paper. `null`: both weigh 1. */
  readonly alpha?: number | null;
}

export interface SoftmaxFocalOptions extends FocusOptions {
  /** A weight for each class; the loss is divided by the sum of the weights. */
  readonly classWeights?: readonly number[];
  /** Examples with this label are ignored. */
  readonly ignoreLabel?: number;
}

/** Below it, the power of a gamma under 1 would have an infinite slope. */
const smallest = 1e-30;

/**
 * The mean over all elements of alpha_t · (1 - p_t)^gamma · -log p_t, where p_t is the probability sigmoid(logits) of
 * the target: targets 0 to 1, of the logits' shape (Lin et al., Focal loss for dense object detection, 2017).
 * @throws ForgeError MODEL_INVALID
 */
export function sigmoidFocal(logits: tf.Tensor, targets: tf.Tensor, options: SigmoidFocalOptions = {}): tf.Scalar {
  const owner = 'sigmoidFocal';
  checkOptions(options, ['alpha', 'gamma', 'weights'], { of: owner, synonyms: lossSynonyms });
  const { alpha = 0.25, gamma = 2, weights } = options;
  requireNotNegative(owner, 'gamma', gamma);
  requireSameShape(owner, logits, targets);
  const wanted = targets.toFloat();
  const unwanted = wanted.mul(-1).add(1);
  // log(1 + exp(x)), which does not overflow.
  const softplus = logits.relu().add(logits.abs().mul(-1).exp().log1p());
  // sigmoid(-x) keeps the digits that 1 - sigmoid(x) loses.
  const missing = logits.sigmoid().mul(unwanted).add(logits.mul(-1).sigmoid().mul(wanted));
  const losses = focused(softplus.sub(logits.mul(wanted)), missing, gamma);
  if (alpha === null) return meanOf(losses, weights);
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new ForgeError('MODEL_INVALID', `${owner}: alpha is ${shownValue(alpha)}, not a share from 0 to 1.`, {
      about: owner,
    });
  }
  return meanOf(losses.mul(wanted.mul(2 * alpha - 1).add(1 - alpha)), weights);
}

/**
 * The mean of (1 - p)^gamma · -log p, where p = softmax(logits)[label]: logits […, classes], integer labels […] (Lin et
 * al., 2017, for several classes).
 * @throws ForgeError MODEL_INVALID; DATA_INVALID for a label that is no class
 */
export function softmaxFocal(logits: tf.Tensor, labels: tf.Tensor, options: SoftmaxFocalOptions = {}): tf.Scalar {
  const owner = 'softmaxFocal';
  checkOptions(options, ['gamma', 'classWeights', 'ignoreLabel', 'weights'], {
    of: owner,
    synonyms: { ...lossSynonyms, alpha: 'classWeights' },
  });
  const { gamma = 2, classWeights, ignoreLabel, weights } = options;
  requireNotNegative(owner, 'gamma', gamma);
  if (String(labels.shape) !== String(logits.shape.slice(0, -1))) {
    throw shapeError(
      owner,
      `integer labels […] with logits […, classes], not ${typeOf(labels)} with ${typeOf(logits)}`,
      'Give class numbers, not one-hot rows.',
    );
  }
  const classes = logits.shape.at(-1)!;
  const { known, counted } = countedLabels(owner, labels, classes, ignoreLabel);
  const logs = logits
    .logSoftmax(-1)
    .mul(known.oneHot(classes, 1, 0))
    .sum(-1);
  const losses = focused(logs.mul(-1), logs.exp().mul(-1).add(1), gamma);
  const ofAll = [
    ...(counted ? [counted] : []),
    ...(weights ? [weightsOf(weights, losses.shape)] : []),
    ...(classWeights ? [weightsOfClasses(known, classWeights)] : []),
  ];
  if (ofAll.length === 0) return losses.mean();
  const ones = losses.zerosLike().add(1);
  return weightedMean(
    losses,
    ofAll.reduce((product, value) => product.mul(value), ones),
  );
}

/** @param missing the probability that the target lacks */
function focused(entropy: tf.Tensor, missing: tf.Tensor, gamma: number): tf.Tensor {
  return gamma === 0 ? entropy : missing.maximum(smallest).pow(gamma).mul(entropy);
}
