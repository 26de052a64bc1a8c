import { checkOptions, requireShare } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { constant, scalar, tensorOf } from '@forge-ml/onnx/graph';
import {
  add,
  cast,
  equal,
  gather,
  logSoftmax,
  mul,
  neg,
  not,
  reduceMean,
  reshape,
  softmaxCrossEntropyLoss,
  where,
} from '@forge-ml/onnx/ops';
import { knownSize } from './sizes.js';
import { labelsInRange, wholeLabels } from './targets.js';
import { classWeightsFor, divided, total, type WeightOptions, weightsFor } from './weighted-mean.js';

export interface CrossEntropyOptions extends WeightOptions {
  /** The share of each target that is spread over all classes (Szegedy et al., 2016); 0 by default. */
  readonly labelSmoothing?: number;
  /** Examples with this label are ignored. */
  readonly ignoreLabel?: number;
  /** A weight for each class, as in PyTorch: of the examples with its label, and of its share of smoothed targets. */
  readonly classWeights?: readonly number[];
}

/** The mean of -log softmax(logits)[label]: logits […, classes], labels integers […]. */
export function softmaxCrossEntropy(logits: Value, labels: Value, options: CrossEntropyOptions = {}): Value {
  checkOptions(options, ['labelSmoothing', 'ignoreLabel', 'classWeights', 'weights'], {
    of: 'softmaxCrossEntropy',
    synonyms: {
      label_smoothing: 'labelSmoothing',
      ignoreIndex: 'ignoreLabel',
      ignore_index: 'ignoreLabel',
      weight: 'classWeights',
      sampleWeight: 'weights',
    },
  });
  const { labelSmoothing = 0, ignoreLabel, classWeights, weights } = options;
  requireShare('softmaxCrossEntropy', 'labelSmoothing', labelSmoothing);
  const classes = knownSize('softmaxCrossEntropy', logits, -1);
  const rows = logits.shape.length === 2 ? logits : reshape(logits, [-1, classes]);
  const whole = wholeLabels('softmaxCrossEntropy', logits, labels);
  const targets = labelsInRange(whole, classes, ignoreLabel);
  const flat = targets.shape.length === 1 ? targets : reshape(targets, [-1]);
  const isWeighted = classWeights !== undefined || weights !== undefined;
  if (isWeighted || (labelSmoothing > 0 && ignoreLabel !== undefined)) {
    return weightedCrossEntropy(rows, flat, {
      labelSmoothing,
      ignoreLabel,
      ofClasses: classWeights && classWeightsFor('softmaxCrossEntropy', classWeights, classes),
      ofRows: weights && flattened(weightsFor('softmaxCrossEntropy', whole, weights, rows.dtype)),
    });
  }
  const loss = softmaxCrossEntropyLoss(rows, flat, undefined, {
    reduction: 'mean',
    ...(ignoreLabel === undefined ? {} : { ignoreIndex: ignoreLabel }),
  });
  if (labelSmoothing === 0) return loss;
  const uniform = neg(reduceMean(logSoftmax(rows, -1), undefined, { keepdims: false }));
  return add(mul(loss, 1 - labelSmoothing), mul(uniform, labelSmoothing));
}

interface RowWeights {
  readonly labelSmoothing: number;
  readonly ignoreLabel: number | undefined;
  readonly ofClasses: readonly number[] | undefined;
  readonly ofRows: Value | undefined;
}

/** As PyTorch's CrossEntropyLoss(weight, label_smoothing), whose rows have weights too. */
function weightedCrossEntropy(
  rows: Value,
  labels: Value,
  { labelSmoothing, ignoreLabel, ofClasses, ofRows }: RowWeights,
): Value {
  const classWeights = ofClasses && constant(tensorOf(ofClasses, rows.dtype, [ofClasses.length]));
  const counted = ignoreLabel === undefined ? undefined : not(equal(labels, ignoreLabel));
  // An ignored label need not be one of the classes.
  const known = counted === undefined ? labels : where(counted, labels, scalar(0, labels.dtype));
  const ofRow = [ofRows, counted && cast(counted, rows.dtype)].filter((value) => value !== undefined);
  const ofLabel = classWeights ? [gather(classWeights, known)] : [];
  const product = (values: readonly Value[]) => values.reduce((result, value) => mul(result, value));
  const hard = softmaxCrossEntropyLoss(rows, known, classWeights, { reduction: 'none' });
  const sums = [mul(product([hard, ...ofRow]), 1 - labelSmoothing)];
  if (labelSmoothing > 0) {
    const logs = logSoftmax(rows, -1);
    const uniform = neg(reduceMean(classWeights ? mul(logs, classWeights) : logs, [-1], { keepdims: false }));
    sums.push(mul(product([uniform, ...ofRow]), labelSmoothing));
  }
  return divided(total(sums.reduce((sum, value) => add(sum, value))), total(product([...ofLabel, ...ofRow])));
}

function flattened(value: Value): Value {
  return value.shape.length === 1 ? value : reshape(value, [-1]);
}
