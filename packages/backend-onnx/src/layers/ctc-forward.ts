import { stopGradient } from '@forge-ml/onnx';
import type { Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import {
  add,
  and,
  concat,
  equal,
  exp,
  expand,
  gatherElements,
  greater,
  less,
  log,
  max,
  mul,
  neg,
  not,
  pad,
  range,
  reshape,
  scan,
  shapeOf,
  squeeze,
  sub,
  transpose,
  unsqueeze,
  where,
} from '@forge-ml/onnx/ops';

/**
 * The logarithm of the probability of what cannot be. It is finite, because the difference of two infinities is NaN, and
 * its exponential is 0.
 */
export const impossible = -1e30;

export interface CtcArrays {
  /** [batch, time, classes] */
  readonly logProbabilities: Value;
  /** int64 [batch, most labels]; the blank where there are no more. */
  readonly labels: Value;
  readonly blank: number;
  /** int64 [batch], from 1. */
  readonly inputLengths: Value;
  /** int64 [batch] */
  readonly labelLengths: Value;
}

/**
 * -log P(labels) of each example, [batch], by the forward recursion of Graves et al. (2006, section 4.1) in logarithms.
 * The states of an example are its labels with a blank before, between and after them.
 */
export function ctcNegativeLogLikelihood(arrays: CtcArrays): Value {
  const { logProbabilities, labels, blank, inputLengths, labelLengths } = arrays;
  const { dtype } = logProbabilities;
  const states = withBlanks(labels, blank);
  const none = scalar(impossible, dtype);

  // The log-probability of each state's class at each step: [time, batch, states].
  const size = concat([shapeOf(logProbabilities, 0, 2), shapeOf(states, 1, 2)], 0);
  const emitted = gatherElements(logProbabilities, expand(unsqueeze(states, [1]), size), 2);
  const emissions = transpose(emitted, [1, 0, 2]);
  const steps = range(0, squeeze(shapeOf(logProbabilities, 1, 2), [0]));
  const isStep = unsqueeze(less(unsqueeze(steps, [1]), inputLengths), [2]);

  // A label may follow another one without a blank in between, unless they are the same.
  const twoBefore = pad(states, [0, 2, 0, -2], { value: scalar(blank, 'int64') });
  const maySkip = and(not(equal(states, blank)), not(equal(states, twoBefore)));

  const first = expand(less(range(0, squeeze(shapeOf(states, 1, 2), [0])), 1), shapeOf(states));
  const start = where(first, scalar(0, dtype), none);
  const { states: ends } = scan([start], [emissions, isStep], ([before], [emission, counts]) => {
    const stay = before!;
    const next = pad(stay, [0, 1, 0, -1], { value: none });
    const skip = where(maySkip, pad(stay, [0, 2, 0, -2], { value: none }), none);
    const reached = add(logSumExp([stay, next, skip]), emission!);
    return { states: [where(counts!, reached, stay)] };
  });

  // The last label, or the blank after it.
  const last = unsqueeze(mul(labelLengths, 2), [1]);
  const after = gatherElements(ends[0]!, last, 1);
  const atLabel = gatherElements(ends[0]!, max([sub(last, 1), scalar(0, 'int64')]), 1);
  const total = logSumExp([after, where(greater(last, 0), atLabel, none)]);
  return neg(squeeze(total, [1]));
}

/** Labels [batch, n] with blanks around each: [batch, 2n + 1]. */
function withBlanks(labels: Value, blank: number): Value {
  const column = unsqueeze(labels, [2]);
  const pairs = pad(column, [0, 0, 1, 0, 0, 0], { value: scalar(blank, 'int64') });
  return pad(reshape(pairs, [0, -1]), [0, 0, 0, 1], { value: scalar(blank, 'int64') });
}

/** log Σ exp, elementwise; the largest goes first, so that nothing overflows. */
function logSumExp(values: readonly Value[]): Value {
  const largest = stopGradient(max(values));
  const sum = values.map((value) => exp(sub(value, largest))).reduce((total, value) => add(total, value));
  return add(largest, log(sum));
}
