import type { Stats } from '@forge-ml/core/plugin';

export interface Loss {
  /** What Forge logs: the loss and other metrics. */
  readonly stats: Stats;
  /** The gradient of the loss with respect to the outputs. */
  readonly gradient: Float32Array;
}

/** The mean of the squared differences. */
export function squaredError(outputs: Float32Array, targets: Float32Array): Loss {
  const gradient = outputs.map((value, at) => (2 * (value - targets[at]!)) / outputs.length);
  const sum = outputs.reduce((total, value, at) => total + (value - targets[at]!) ** 2, 0);
  return { stats: { loss: sum / outputs.length }, gradient };
}

/** The mean cross-entropy of softmax over outputs [batch, classes] to labels [batch], and the accuracy. */
export function crossEntropy(outputs: Float32Array, labels: Float32Array, classes: number): Loss {
  const gradient = new Float32Array(outputs.length);
  let loss = 0;
  let right = 0;
  for (const [row, label] of labels.entries()) {
    const logits = outputs.subarray(row * classes, (row + 1) * classes);
    const highest = Math.max(...logits);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
    loss += highest + Math.log(total) - logits[label]!;
    if (logits[label] === highest) right++;
    for (const [at, logit] of logits.entries()) {
      const probability = Math.exp(logit - highest) / total;
      gradient[row * classes + at] = (probability - (at === label ? 1 : 0)) / labels.length;
    }
  }
  return { stats: { loss: loss / labels.length, accuracy: right / labels.length }, gradient };
}
