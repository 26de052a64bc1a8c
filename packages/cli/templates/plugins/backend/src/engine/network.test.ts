import { ok } from 'node:assert/strict';
import { RandomStream } from '@forge-ml/core/plugin';
import { crossEntropy, squaredError } from './losses.js';
import { backward, forward, newLayer } from './network.js';

describe('the gradients of the network', () => {
  const random = RandomStream.of(1, 'test');
  const layers = [newLayer(3, 5, () => random.normal()), newLayer(5, 2, () => random.normal())];
  const x = Float32Array.from({ length: 4 * 3 }, () => random.normal());
  const losses = {
    squaredError: (outputs: Float32Array) => squaredError(outputs, new Float32Array(outputs.length)),
    crossEntropy: (outputs: Float32Array) => crossEntropy(outputs, Float32Array.of(0, 1, 1, 0), 2),
  };
  for (const [title, lossOf] of Object.entries(losses)) {
    it(`match finite differences under ${title}`, () => {
      const measure = () => lossOf(forward(layers, x).at(-1)!);
      const gradients = backward(layers, forward(layers, x), measure().gradient);
      for (const [index, values] of layers.flatMap(({ weights, bias }) => [weights, bias]).entries()) {
        for (const [at, value] of values.entries()) {
          values[at] = value + 1e-2;
          const above = measure().stats.loss!;
          values[at] = value - 1e-2;
          const below = measure().stats.loss!;
          values[at] = value;
          const [slope, expected] = [gradients[index]![at]!, (above - below) / 2e-2];
          ok(Math.abs(slope - expected) < 1e-3 * Math.max(1, Math.abs(expected)), `${slope}, not ${expected}`);
        }
      }
    });
  }
});
