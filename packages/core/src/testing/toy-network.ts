/** A stack of dense layers with ReLU between them, and its gradients, written out. Row-major throughout. */

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[inputs, outputs]` */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
}

export interface Pass {
  /** What each layer was fed. */
  readonly fed: readonly Float32Array[];
  readonly outputs: Float32Array;
}

/** @param mask what the last layer's inputs are multiplied with, where some are dropped */
export function forward(layers: readonly Layer[], x: Float32Array, mask: Float32Array | null): Pass {
  const fed: Float32Array[] = [];
  let current = x;
  layers.forEach((layer, index) => {
    if (index > 0) current = current.map((value) => Math.max(value, 0));
    if (mask !== null && index === layers.length - 1) current = current.map((value, at) => value * mask[at]!);
    fed.push(current);
    current = dense(layer, current);
  });
  return { fed, outputs: current };
}

/** Gradients of weights and bias, layer by layer, from the loss's gradient at the outputs. */
export function backward(
  layers: readonly Layer[],
  { fed }: Pass,
  mask: Float32Array | null,
  atOutputs: Float32Array,
): { weights: Float32Array; bias: Float32Array }[] {
  const gradients: { weights: Float32Array; bias: Float32Array }[] = [];
  let flowing = atOutputs;
  for (let index = layers.length - 1; index >= 0; index--) {
    const { inputs, outputs, weights } = layers[index]!;
    const before = fed[index]!;
    const rows = before.length / inputs;
    const gradient = { weights: new Float32Array(weights.length), bias: new Float32Array(outputs) };
    const further = new Float32Array(before.length);
    for (let row = 0; row < rows; row++) {
      for (let out = 0; out < outputs; out++) {
        const g = flowing[row * outputs + out]!;
        gradient.bias[out]! += g;
        for (let into = 0; into < inputs; into++) {
          gradient.weights[into * outputs + out]! += before[row * inputs + into]! * g;
          further[row * inputs + into]! += weights[into * outputs + out]! * g;
        }
      }
    }
    gradients.unshift(gradient);
    const dropping = index === layers.length - 1 ? mask : null;
    // What ReLU or dropout made zero passes no gradient on; dropout scales the rest.
    flowing = further.map((value, at) => (before[at] === 0 ? 0 : value * (dropping?.[at] ?? 1)));
  }
  return gradients;
}

export function centre(x: Float32Array, mean: Float32Array): Float32Array {
  return x.map((value, at) => value - mean[at % mean.length]!);
}

function dense({ inputs, outputs, weights, bias }: Layer, x: Float32Array): Float32Array {
  const rows = x.length / inputs;
  const y = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let out = 0; out < outputs; out++) {
      let sum = bias[out]!;
      for (let into = 0; into < inputs; into++) sum += x[row * inputs + into]! * weights[into * outputs + out]!;
      y[row * outputs + out] = sum;
    }
  }
  return y;
}
