import { type Matrix, map, zeros } from '../matrix.js';
import type { LayerPlan } from './layer.js';

export function relu(): LayerPlan {
  return elementwise(
    'relu',
    (x) => Math.max(x, 0),
    (y) => (y > 0 ? 1 : 0),
  );
}

export function tanh(): LayerPlan {
  return elementwise('tanh', Math.tanh, (y) => 1 - y * y);
}

export function sigmoid(): LayerPlan {
  return elementwise(
    'sigmoid',
    (x) => 1 / (1 + Math.exp(-x)),
    (y) => y * (1 - y),
  );
}

/** @param slope the derivative as a function of the output */
function elementwise(kind: string, apply: (x: number) => number, slope: (y: number) => number): LayerPlan {
  return {
    kind,
    build(inputs) {
      let output: Matrix = zeros(0, inputs);
      return {
        outputs: inputs,
        parameters: [],
        forward(x) {
          output = map(x, apply);
          return output;
        },
        backward: (gradient) => map(gradient, (value, at) => value * slope(output.values[at]!)),
      };
    },
  };
}
