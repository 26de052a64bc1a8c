/** Dense layers with tanh between them, and their gradients. Replace these files with your engine. */

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs] */
  readonly weights: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** @param draw draws from the standard normal distribution */
export function newLayer(inputs: number, outputs: number, draw: () => number): Layer {
  const weights = Float32Array.from({ length: inputs * outputs }, () => draw() / Math.sqrt(inputs));
  return { inputs, outputs, weights, bias: new Float32Array(outputs) };
}

/** The input of each layer, starting with x [batch, inputs], and last the output of the network. */
export function forward(layers: readonly Layer[], x: Float32Array): Float32Array[] {
  const activations = [x];
  for (const [index, { inputs, outputs, weights, bias }] of layers.entries()) {
    const input = activations[index]!;
    const rows = input.length / inputs;
    const output = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      for (let out = 0; out < outputs; out++) {
        let sum = bias[out]!;
        for (let into = 0; into < inputs; into++) sum += input[row * inputs + into]! * weights[into * outputs + out]!;
        output[row * outputs + out] = index + 1 < layers.length ? Math.tanh(sum) : sum;
      }
    }
    activations.push(output);
  }
  return activations;
}

/**
 * The gradients of the weights and the bias of each layer, first to last.
 * @param gradient of the loss with respect to the outputs
 */
export function backward(layers: readonly Layer[], activations: Float32Array[], gradient: Float32Array) {
  const gradients: Float32Array[] = [];
  let ofOutputs = gradient;
  for (let index = layers.length - 1; index >= 0; index--) {
    const { inputs, outputs, weights } = layers[index]!;
    const input = activations[index]!;
    const [ofWeights, ofBias] = [new Float32Array(weights.length), new Float32Array(outputs)];
    const ofInputs = new Float32Array(input.length);
    for (let row = 0; row < input.length / inputs; row++) {
      for (let out = 0; out < outputs; out++) {
        const slope = ofOutputs[row * outputs + out]!;
        ofBias[out]! += slope;
        for (let into = 0; into < inputs; into++) {
          ofWeights[into * outputs + out]! += input[row * inputs + into]! * slope;
          ofInputs[row * inputs + into]! += weights[into * outputs + out]! * slope;
        }
      }
    }
    gradients.unshift(ofWeights, ofBias);
    // The input is a tanh, whose derivative is 1 - tanh². The gradient of x itself is not used.
    ofOutputs = ofInputs.map((value, at) => value * (1 - input[at]! ** 2));
  }
  return gradients;
}
