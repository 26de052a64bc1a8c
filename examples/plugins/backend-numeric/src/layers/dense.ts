import { type Matrix, map, multiply, multiplyTransposed, sumOfRows, transpose, zeros } from '../matrix.js';
import { wholeNumber } from '../options.js';
import type { LayerPlan } from './layer.js';

/** `y = x W + b`. */
export function dense(units: number): LayerPlan {
  wholeNumber('dense', 'units', units);
  return {
    kind: 'dense',
    build(inputs, random) {
      // He initialization: the variance of the outputs does not depend on the number of inputs (He et al. 2015).
      const scale = Math.sqrt(2 / inputs);
      const kernel = { name: 'kernel', value: map(zeros(inputs, units), () => scale * random.normal()) };
      const bias = { name: 'bias', value: zeros(1, units) };
      const gradients = { kernel: zeros(inputs, units), bias: zeros(1, units) };
      let input: Matrix = zeros(0, inputs);
      return {
        outputs: units,
        parameters: [
          { ...kernel, gradient: gradients.kernel },
          { ...bias, gradient: gradients.bias },
        ],
        forward(x) {
          input = x;
          return map(multiply(x, kernel.value), (value, at) => value + bias.value.values[at % units]!);
        },
        backward(gradient) {
          // y[n, u] = Σi x[n, i] W[i, u] + b[u], so dL/dW[i, u] = Σn x[n, i] dL/dy[n, u], and so on.
          gradients.kernel.values.set(multiplyTransposed(input, gradient).values);
          gradients.bias.values.set(sumOfRows(gradient).values);
          return multiply(gradient, transpose(kernel.value));
        },
      };
    },
  };
}
