import { checkOptions, ForgeError, lossSynonyms, requireWholeNumber } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { meanOf, shapeError, typeOf, type WeightOptions } from './arrays.js';

export interface CtcOptions extends WeightOptions {
  /** The class that separates labels. Default: 0. */
  readonly blank?: number;
  /** How many of the steps of each example count: integers [batch], from 1. Default: all. */
  readonly inputLengths?: tf.Tensor;
  /** How many of the labels of each example count: integers [batch]. Default: all that are not `ignoreLabel`. */
  readonly labelLengths?: tf.Tensor;
  /** The label that fills up the end of shorter rows. */
  readonly ignoreLabel?: number;
  /** Whether an example whose labels do not fit into its steps costs 0, not infinity. Default: false. */
  readonly zeroInfinity?: boolean;
}

/** The logarithm of the probability of what cannot be: finite, because the difference of two infinities is NaN. */
const impossible = -1e30;

/**
 * Connectionist temporal classification (Graves et al., 2006): the mean over the examples of -log P(labels) ÷ (number of
 * labels), where P sums over all ways to spread the labels over the steps. Logits [batch, time, classes], labels
 * [batch, most labels], integers; weights [batch]. As PyTorch's CTCLoss on log softmax(logits), which takes
 * [time, batch, classes].
 * @throws ForgeError MODEL_INVALID for other shapes; DATA_INVALID for a label that is the blank or no class, and for a
 * length out of range
 */
export function ctc(logits: tf.Tensor, labels: tf.Tensor, options: CtcOptions = {}): tf.Scalar {
  const owner = 'ctc';
  checkOptions(options, ['blank', 'inputLengths', 'labelLengths', 'ignoreLabel', 'zeroInfinity', 'weights'], {
    of: owner,
    synonyms: { ...lossSynonyms, targetLengths: 'labelLengths', logitLengths: 'inputLengths' },
  });
  if (logits.rank !== 3 || labels.rank !== 2 || logits.shape[0] !== labels.shape[0]) {
    throw shapeError(
      owner,
      `logits [batch, time, classes] and labels [batch, most labels], not ${typeOf(logits)} and ${typeOf(labels)}`,
      'Fill shorter rows of labels up with a number, and give it as ignoreLabel, or give labelLengths.',
    );
  }
  const [batch, time, classes] = logits.shape as [number, number, number];
  const { blank = 0, zeroInfinity = false, weights } = options;
  requireWholeNumber(owner, 'blank', blank, 0, classes - 1);
  const rows = labelRows(labels, { ...options, blank, classes });
  const steps = lengthsOf(options.inputLengths, batch, time, 'inputLengths', [1, time]);
  const costs = negativeLogLikelihood(logits.logSoftmax(-1), rows, steps, blank);
  // Whether the labels fit is known without the logits: each, and a blank between two of the same.
  const fits = rows.map(
    (row, at) => row.length + row.filter((label, i) => i > 0 && label === row[i - 1]).length <= steps[at]!,
  );
  const cost = (at: number) => (fits[at] ? 0 : zeroInfinity ? 0 : Number.POSITIVE_INFINITY);
  const counts = rows.map((row) => Math.max(1, row.length));
  const legal = costs.mul(fits.map(Number)).add(fits.map((_, at) => cost(at)));
  return meanOf(legal.div(counts), weights);
}

/** -log P(labels) of each example, [batch], by the forward recursion of Graves et al. (2006, section 4.1). */
function negativeLogLikelihood(
  logProbabilities: tf.Tensor,
  rows: readonly (readonly number[])[],
  steps: readonly number[],
  blank: number,
): tf.Tensor {
  const [batch, time, classes] = logProbabilities.shape as [number, number, number];
  const count = 2 * Math.max(...rows.map(({ length }) => length)) + 1;
  const states = rows.map((row) =>
    Array.from({ length: count }, (_, at) => (at % 2 === 0 ? blank : (row[at >> 1] ?? blank))),
  );
  const table = (of: (row: number, state: number) => number) => {
    const values = Array.from({ length: batch * count }, (_, at) => of(Math.floor(at / count), at % count));
    return logProbabilities.zerosLike().sum().add(values).reshape([batch, count]);
  };
  const isClass = table((row, state) => states[row]![state]!)
    .toInt()
    .oneHot(classes, 1, 0)
    .toFloat();
  // The log-probability of each state's class at each step: [batch, time, states].
  const emissions = logProbabilities.matMul(isClass, false, true);
  // A label may follow another one without a blank in between, unless they are the same.
  const cannotSkip = table((row, state) => {
    const [label, before] = [states[row]![state], states[row]![state - 2]];
    return label !== blank && before !== undefined && label !== before ? 0 : impossible;
  });
  let reached = table((_, state) => (state === 0 ? 0 : impossible));
  const shifted = (value: tf.Tensor, by: number) => {
    if (by >= count) return value.mul(0).add(impossible);
    return value.slice([0, 0], [batch, count - by]).pad(
      [
        [0, 0],
        [by, 0],
      ],
      impossible,
    );
  };
  for (let step = 0; step < time; step++) {
    const emission = emissions.slice([0, step, 0], [batch, 1, count]).reshape([batch, count]);
    const ways = reached.stack([shifted(reached, 1), shifted(reached, 2).add(cannotSkip)] as never, 0);
    const next = ways.logSumExp(0).add(emission);
    if (steps.every((length) => step < length)) reached = next;
    else {
      const goesOn = table((row) => (step < steps[row]! ? 1 : 0));
      reached = next.mul(goesOn).add(reached.mul(goesOn.mul(-1).add(1)));
    }
  }
  // The last label, or the blank after it.
  const isEnd = table((row, state) =>
    state === 2 * rows[row]!.length || state === 2 * rows[row]!.length - 1 ? 0 : impossible,
  );
  return reached.add(isEnd).logSumExp(-1).mul(-1);
}

/** The labels that count, of each example. */
function labelRows(
  labels: tf.Tensor,
  { labelLengths, ignoreLabel, blank, classes }: CtcOptions & { readonly blank: number; readonly classes: number },
): readonly (readonly number[])[] {
  const [batch, most] = labels.shape as [number, number];
  const data = Array.from(labels.dataSync());
  const given = Array.from({ length: batch }, (_, row) => data.slice(row * most, (row + 1) * most));
  const counts = labelLengths
    ? lengthsOf(labelLengths, batch, most, 'labelLengths', [0, most])
    : given.map((row) => row.findLastIndex((label) => label !== ignoreLabel) + 1);
  const rows = given.map((row, at) => row.slice(0, counts[at]));
  const wrong = rows
    .flat()
    .find((label) => !(Number.isInteger(label) && label >= 0 && label < classes) || label === blank);
  if (wrong === undefined) return rows;
  throw new ForgeError(
    'DATA_INVALID',
    `ctc: a label is ${wrong}${wrong === blank ? ', the blank' : `, with ${classes} classes`}.`,
    { about: 'ctc', hint: 'Labels are classes other than the blank; give what fills up shorter rows as ignoreLabel.' },
  );
}

function lengthsOf(
  given: tf.Tensor | undefined,
  batch: number,
  all: number,
  name: string,
  [least, most]: readonly [number, number],
): readonly number[] {
  if (given === undefined) return Array<number>(batch).fill(all);
  if (given.rank !== 1 || given.shape[0] !== batch) {
    throw shapeError(
      'ctc',
      `${name} [batch], not ${typeOf(given)}`,
      `Give an array of the batch: { ${name}: batch.${name} }.`,
    );
  }
  const lengths = Array.from(given.dataSync());
  const wrong = lengths.find((length) => !(Number.isInteger(length) && length >= least && length <= most));
  if (wrong === undefined) return lengths;
  throw new ForgeError('DATA_INVALID', `ctc: one of the ${name} is ${wrong}, not from ${least} to ${most}.`, {
    about: 'ctc',
    hint: 'Count the steps of the logits, and the labels, that belong to each example.',
  });
}
