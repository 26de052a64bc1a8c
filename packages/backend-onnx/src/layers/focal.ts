import { checkOptions, ForgeError, lossSynonyms, requireNotNegative } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { constant, scalar, tensorOf } from '@forge-ml/onnx/graph';
import {
  add,
  cast,
  equal,
  exp,
  gather,
  gatherElements,
  logSoftmax,
  max,
  mul,
  neg,
  not,
  pow,
  sigmoid,
  softplus,
  squeeze,
  sub,
  unsqueeze,
  where,
} from '@forge-ml/onnx/ops';
import { knownSize } from './sizes.js';
import { labelsInRange, requireSameShape, wholeLabels } from './targets.js';
import {
  classWeightsFor,
  meanOf,
  type WeightOptions,
  weightedMean,
  weightOfTarget,
  weightsFor,
} from './weighted-mean.js';

interface FocusOptions extends WeightOptions {
  /** How strongly well-classified examples are ignored; 0 is the cross-entropy. Default: 2. */
  readonly gamma?: number;
}

export interface SigmoidFocalOptions extends FocusOptions {
  /** The weight of targets of 1; 1 - alpha is that of 0. Default: 0.25, as in the paper. `null`: both weigh 1. */
  readonly alpha?: number | null;
}

export interface SoftmaxFocalOptions extends FocusOptions {
  /** A weight for each class; the loss is divided by the sum of the weights, as in `softmaxCrossEntropy`. */
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
export function sigmoidFocal(logits: Value, targets: Value, options: SigmoidFocalOptions = {}): Value {
  const owner = 'sigmoidFocal';
  checkOptions(options, ['alpha', 'gamma', 'weights'], { of: owner, synonyms: lossSynonyms });
  const { alpha = 0.25, gamma = 2, weights } = options;
  requireNotNegative(owner, 'gamma', gamma);
  requireSameShape(owner, logits, targets);
  const wanted = cast(targets, logits.dtype);
  const entropy = sub(softplus(logits), mul(logits, wanted));
  // sigmoid(-x) keeps the digits that 1 - sigmoid(x) loses.
  const missing = add(mul(sigmoid(logits), sub(1, wanted)), mul(sigmoid(neg(logits)), wanted));
  const losses = focused(entropy, missing, gamma);
  if (alpha === null) return meanOf(owner, losses, weights);
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new ForgeError('MODEL_INVALID', `${owner}: alpha is ${alpha}, not a share from 0 to 1.`, { about: owner });
  }
  return meanOf(owner, mul(losses, weightOfTarget(wanted, [1 - alpha, alpha])), weights);
}

/**
 * The mean of (1 - p)^gamma · -log p, where p = softmax(logits)[label]: logits […, classes], integer labels […] (Lin et
 * al., 2017, for several classes).
 * @throws ForgeError MODEL_INVALID
 */
export function softmaxFocal(logits: Value, labels: Value, options: SoftmaxFocalOptions = {}): Value {
  const owner = 'softmaxFocal';
  checkOptions(options, ['gamma', 'classWeights', 'ignoreLabel', 'weights'], {
    of: owner,
    synonyms: { ...lossSynonyms, alpha: 'classWeights' },
  });
  const { gamma = 2, classWeights, ignoreLabel, weights } = options;
  requireNotNegative(owner, 'gamma', gamma);
  const classes = knownSize(owner, logits, -1);
  const given = wholeLabels(owner, logits, labels);
  const counted = ignoreLabel === undefined ? undefined : not(equal(given, ignoreLabel));
  const known = labelsInRange(counted ? where(counted, given, scalar(0, given.dtype)) : given, classes);
  const logs = squeeze(gatherElements(logSoftmax(logits, -1), unsqueeze(known, [-1]), -1), [-1]);
  const losses = focused(neg(logs), sub(1, exp(logs)), gamma);
  const all: Value[] = [];
  if (counted) all.push(cast(counted, logits.dtype));
  if (weights) all.push(weightsFor(owner, losses, weights));
  if (classWeights) {
    const ofClasses = classWeightsFor(owner, classWeights, classes);
    all.push(gather(constant(tensorOf(ofClasses, logits.dtype, [classes])), known));
  }
  if (all.length === 0) return meanOf(owner, losses, undefined);
  return weightedMean(
    losses,
    all.reduce((product, value) => mul(product, value)),
  );
}

/** @param missing the probability that the target lacks */
function focused(entropy: Value, missing: Value, gamma: number): Value {
  return gamma === 0 ? entropy : mul(pow(max([missing, smallest]), gamma), entropy);
}
