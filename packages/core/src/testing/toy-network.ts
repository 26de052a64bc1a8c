/** A stack of dense layers with ReLU between them, and its gradients. All arrays are row-major. */

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[inputs, outputs]` */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly bias: Float32Array;
}

export interface Pass {
  /** The inputs of each layer. */
  readonly layerInputs: readonly Float32Array[];
  readonly outputs: Float32Array;
}

/** @param mask the dropout mask that the last layer's inputs are multiplied with; null without dropout */
export function forward(layers: readonly Layer[], x: Float32Array, mask: Float32Array | null): Pass {
  const layerInputs: Float32Array[] = [];
  let current = x;
  layers.forEach((layer, index) => {
    if (index > 0) current = current.map((value) => Math.max(value, 0));
    if (mask !== null && index === layers.length - 1) current = current.map((value, at) => value * mask[at]!);
    layerInputs.push(current);
    current = dense(layer, current);
  });
  return { layerInputs, outputs: current };
}

/** Gradients of weights and bias by layer, from the gradient of the loss with respect to the outputs. */
export function backward(
  layers: readonly Layer[],
  { layerInputs }: Pass,
  mask: Float32Array | null,
  outputGradient: Float32Array,
): { weights: Float32Array; bias: Float32Array }[] {
  const gradients: { weights: Float32Array; bias: Float32Array }[] = [];
  let upstream = outputGradient;
  for (let index = layers.length - 1; index >= 0; index--) {
    const { inputs, outputs, weights } = layers[index]!;
    const before = layerInputs[index]!;
    const rows = before.length / inputs;
    const gradient = { weights: new Float32Array(weights.length), bias: new Float32Array(outputs) };
    const downstream = new Float32Array(before.length);
    for (let row = 0; row < rows; row++) {
      for (let out = 0; out < outputs; out++) {
        const g = upstream[row * outputs + out]!;
        gradient.bias[out]! += g;
        for (let into = 0; into < inputs; into++) {
          gradient.weights[into * outputs + out]! += before[row * inputs + into]! * g;
          downstream[row * inputs + into]! += weights[into * outputs + out]! * g;
        }
      }
    }
    gradients.unshift(gradient);
    const dropping = index === layers.length - 1 ? mask : null;
    // Units that ReLU or dropout set to zero have no gradient; dropout scales the rest.
    upstream = downstream.map((value, at) => (before[at] === 0 ? 0 : value * (dropping?.[at] ?? 1)));
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
