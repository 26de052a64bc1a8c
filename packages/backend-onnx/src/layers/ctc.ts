import { checkOptions, ForgeError, lossSynonyms, requireWholeNumber } from '@forge-ml/core/plugin';
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
  logSoftmax,
  max,
  mul,
  not,
  or,
  range,
  reduceMax,
  reduceSum,
  shapeOf,
  squeeze,
  unsqueeze,
  where,
} from '@forge-ml/onnx/ops';
import { ctcNegativeLogLikelihood, impossible } from './ctc-forward.js';
import { knownSize } from './sizes.js';
import { meanOf, type WeightOptions } from './weighted-mean.js';

export interface CtcOptions extends WeightOptions {
  /** The class that separates labels. Default: 0. */
  readonly blank?: number;
  /** How many of the steps of each example count: integers [batch], from 1. Default: all. */
  readonly inputLengths?: Value;
  /** How many of the labels of each example count: integers [batch]. Default: all that are not `ignoreLabel`. */
  readonly labelLengths?: Value;
  /** The label that fills up the end of shorter rows. */
  readonly ignoreLabel?: number;
  /** Whether an example whose labels do not fit into its steps costs 0, not infinity. Default: false. */
  readonly zeroInfinity?: boolean;
}

/**
 * Connectionist temporal classification (Graves et al., 2006): the mean over the examples of -log P(labels) ÷ (number of
 * labels), where P sums over all ways to spread the labels over the steps. Logits [batch, time, classes], labels
 * [batch, most labels], integers; weights [batch]. As PyTorch's CTCLoss on log softmax(logits), which takes
 * [time, batch, classes].
 *
 * A label that is the blank or no class, and a length out of range, is an error when the step runs.
 * @throws ForgeError MODEL_INVALID for other shapes
 */
export function ctc(logits: Value, labels: Value, options: CtcOptions = {}): Value {
  const owner = 'ctc';
  checkOptions(options, ['blank', 'inputLengths', 'labelLengths', 'ignoreLabel', 'zeroInfinity', 'weights'], {
    of: owner,
    synonyms: { ...lossSynonyms, targetLengths: 'labelLengths', logitLengths: 'inputLengths' },
  });
  const { blank = 0, ignoreLabel, zeroInfinity = false } = options;
  requireSequences(owner, logits, labels);
  const classes = knownSize(owner, logits, 2);
  requireWholeNumber(owner, 'blank', blank, 0, classes - 1);
  const given = cast(labels, 'int64');
  const width = shapeOf(given, 1, 2);
  const labelLengths = options.labelLengths
    ? lengthsOf(owner, 'labelLengths', options.labelLengths, 0, width)
    : countLabels(given, ignoreLabel);
  const steps = shapeOf(logits, 1, 2);
  const inputLengths = options.inputLengths
    ? lengthsOf(owner, 'inputLengths', options.inputLengths, 1, steps)
    : expand(steps, shapeOf(logits, 0, 1));
  const isLabel = less(range(0, squeeze(width, [0])), unsqueeze(labelLengths, [1]));
  // Out of range for a label that is none: ONNX Runtime rejects it.
  const wrong = or(equal(given, blank), less(given, 0));
  const known = where(isLabel, where(wrong, scalar(classes, 'int64'), given), scalar(blank, 'int64'));
  const costs = ctcNegativeLogLikelihood({
    logProbabilities: logSoftmax(logits, -1),
    labels: known,
    blank,
    inputLengths,
    labelLengths,
  });
  const cannot = less(scalar(-impossible / 2, costs.dtype), costs);
  const legal = where(cannot, scalar(zeroInfinity ? 0 : Number.POSITIVE_INFINITY, costs.dtype), costs);
  const counts = cast(max([labelLengths, scalar(1, 'int64')]), costs.dtype);
  return meanOf(owner, div(legal, counts), options.weights);
}

/** The number of labels of each row before the fill. */
function countLabels(labels: Value, ignoreLabel: number | undefined): Value {
  const counted = ignoreLabel === undefined ? undefined : cast(not(equal(labels, ignoreLabel)), 'int64');
  if (counted) {
    // The last label that counts: one to be ignored between others is refused as no class.
    const places = add(range(0, squeeze(shapeOf(labels, 1, 2), [0])), 1);
    return reduceMax(mul(counted, places), [1], { keepdims: false });
  }
  return reduceSum(expand(scalar(1, 'int64'), shapeOf(labels)), [1], { keepdims: false });
}

/** Lengths as int64; one out of range reads an element out of range, which ONNX Runtime rejects. */
function lengthsOf(owner: string, name: string, given: Value, least: number, most: Value): Value {
  if (!('shape' in given) || given.shape.length !== 1 || !given.dtype.includes('int')) {
    throw new ForgeError('MODEL_INVALID', `${owner}: ${name} is ${describeType(given)}, not integers [batch].`, {
      about: owner,
      hint: `Give an array of the batch: { ${name}: batch.${name} }.`,
    });
  }
  const lengths = cast(given, 'int64');
  const wrong = cast(or(less(lengths, least), less(most, lengths)), 'int64');
  return mul(lengths, gather(constant(tensorOf([1], 'int64', [1])), wrong));
}

function requireSequences(owner: string, logits: Value, labels: Value): void {
  const [batch, others] = [logits.shape[0], labels.shape[0]];
  const sameBatch = typeof batch !== 'number' || typeof others !== 'number' || batch === others;
  if (logits.shape.length === 3 && labels.shape.length === 2 && sameBatch && labels.dtype.includes('int')) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner} takes logits [batch, time, classes] and integer labels [batch, most labels], not ${describeType(logits)} and ${describeType(labels)}.`,
    {
      about: owner,
      hint: 'Fill shorter rows of labels up with a number, and give it as ignoreLabel, or give labelLengths.',
    },
  );
}
