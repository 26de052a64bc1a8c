import type { Stats } from '../backend/backend.js';

export interface Loss {
  readonly stats: Stats;
  /** The gradient of the mean loss with respect to the outputs. */
  readonly gradient: Float32Array;
}

/** The mean squared error. */
export function squaredError(outputs: Float32Array, targets: ArrayLike<number>): Loss {
  const gradient = new Float32Array(outputs.length);
  let sum = 0;
  outputs.forEach((value, at) => {
    const difference = value - targets[at]!;
    sum += difference * difference;
    gradient[at] = (2 * difference) / outputs.length;
  });
  return { stats: { loss: sum / outputs.length }, gradient };
}

/** The mean softmax cross-entropy against labels, and the accuracy. */
export function crossEntropy(outputs: Float32Array, labels: ArrayLike<number>, classes: number): Loss {
  const gradient = new Float32Array(outputs.length);
  const rows = outputs.length / classes;
  let loss = 0;
  let correct = 0;
  for (let row = 0; row < rows; row++) {
    const logits = outputs.subarray(row * classes, (row + 1) * classes);
    const label = labels[row]!;
    const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
    loss += highest + Math.log(total) - logits[label]!;
    if (logits.indexOf(highest) === label) correct++;
    logits.forEach((logit, at) => {
      gradient[row * classes + at] = (Math.exp(logit - highest) / total - (at === label ? 1 : 0)) / rows;
    });
  }
  return { stats: { loss: loss / rows, accuracy: correct / rows }, gradient };
}
