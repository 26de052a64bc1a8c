import { ForgeError, type Stats } from '@forge-ml/core/plugin';
import { type Matrix, map, zeros } from './matrix.js';

export interface LossValue {
  /** `loss`, the mean over the batch, and other metrics. */
  readonly stats: Stats;
  /** The gradient of the loss with respect to the outputs, [batch, outputs]. */
  readonly gradient: Matrix;
}

/** A scalar loss to minimize. */
export interface Loss {
  /** The targets of an example: as many numbers as outputs, or one label. */
  readonly targets: 'numbers' | 'label';
  measure(outputs: Matrix, targets: Matrix): LossValue;
}

/** The mean squared difference to targets [batch, outputs]. */
export function meanSquaredError(): Loss {
  return {
    targets: 'numbers',
    measure(outputs, targets) {
      const differences = map(outputs, (value, at) => value - targets.values[at]!);
      const count = differences.values.length;
      const loss = differences.values.reduce((sum, difference) => sum + difference ** 2, 0) / count;
      return { stats: { loss }, gradient: map(differences, (difference) => (2 * difference) / count) };
    },
  };
}

/** The mean cross-entropy of softmax over the outputs to labels [batch], and the `accuracy`. */
export function softmaxCrossEntropy(): Loss {
  return {
    targets: 'label',
    measure(outputs, { values: labels }) {
      const { rows, columns } = outputs;
      const gradient = zeros(rows, columns);
      let loss = 0;
      let correct = 0;
      for (let row = 0; row < rows; row++) {
        const logits = outputs.values.subarray(row * columns, (row + 1) * columns);
        const label = labels[row]!;
        if (!(label in logits)) throw noClass(label, columns);
        const highest = logits.reduce((a, b) => Math.max(a, b));
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
        loss += Math.log(total) - (logits[label]! - highest);
        if (logits.indexOf(highest) === label) correct++;
        // The gradient of softmax and cross-entropy together: softmax minus the one-hot label.
        logits.forEach((logit, at) => {
          const probability = Math.exp(logit - highest) / total;
          gradient.values[row * columns + at] = (probability - (at === label ? 1 : 0)) / rows;
        });
      }
      return { stats: { loss: loss / rows, accuracy: correct / rows }, gradient };
    },
  };
}

function noClass(label: number, classes: number): ForgeError {
  return new ForgeError('DATA_INVALID', `The label ${label} is not a class of a model with ${classes} outputs.`, {
    about: String(label),
    hint: 'Labels are whole numbers from 0; the last layer needs one output for each.',
  });
}
