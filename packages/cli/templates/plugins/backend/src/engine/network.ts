/** Dense layers with tanh between them, and their gradients, by hand. In place of these files comes your engine. */

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs] */
  readonly weights: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** @param draw from the standard normal distribution */
export function newLayer(inputs: number, outputs: number, draw: () => number): Layer {
  const weights = Float32Array.from({ length: inputs * outputs }, () => draw() / Math.sqrt(inputs));
  return { inputs, outputs, weights, bias: new Float32Array(outputs) };
}

/** What each layer was fed, the first of all being x [batch, inputs]; the last of all is what comes out. */
export function forward(layers: readonly Layer[], x: Float32Array): Float32Array[] {
  const activations = [x];
  for (const [index, { inputs, outputs, weights, bias }] of layers.entries()) {
    const fed = activations[index]!;
    const rows = fed.length / inputs;
    const made = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      for (let out = 0; out < outputs; out++) {
        let sum = bias[out]!;
        for (let into = 0; into < inputs; into++) sum += fed[row * inputs + into]! * weights[into * outputs + out]!;
        made[row * outputs + out] = index + 1 < layers.length ? Math.tanh(sum) : sum;
      }
    }
    activations.push(made);
  }
  return activations;
}

/**
 * Of the weights and the bias of the first layer, then of the next.
 * @param gradient of the loss with respect to what came out
 */
export function backward(layers: readonly Layer[], activations: Float32Array[], gradient: Float32Array) {
  const gradients: Float32Array[] = [];
  let flowing = gradient;
  for (let index = layers.length - 1; index >= 0; index--) {
    const { inputs, outputs, weights } = layers[index]!;
    const fed = activations[index]!;
    const [ofWeights, ofBias] = [new Float32Array(weights.length), new Float32Array(outputs)];
    const further = new Float32Array(fed.length);
    for (let row = 0; row < fed.length / inputs; row++) {
      for (let out = 0; out < outputs; out++) {
        const slope = flowing[row * outputs + out]!;
        ofBias[out]! += slope;
        for (let into = 0; into < inputs; into++) {
          ofWeights[into * outputs + out]! += fed[row * inputs + into]! * slope;
          further[row * inputs + into]! += weights[into * outputs + out]! * slope;
        }
      }
    }
    gradients.unshift(ofWeights, ofBias);
    // What was fed is a tanh, whose slope is 1 - tanh²; of x itself nobody asks.
    flowing = further.map((value, at) => value * (1 - fed[at]! ** 2));
  }
  return gradients;
}
