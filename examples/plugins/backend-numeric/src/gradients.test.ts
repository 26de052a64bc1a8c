import { ok } from 'node:assert/strict';
import { RandomStream } from '@forge-ml/core/plugin';
import { relu, sigmoid, tanh } from './layers/activations.js';
import { dense } from './layers/dense.js';
import { dropout } from './layers/dropout.js';
import type { LayerPlan } from './layers/layer.js';
import { type Loss, meanSquaredError, softmaxCrossEntropy } from './losses.js';
import { type Matrix, map, zeros } from './matrix.js';
import { Network } from './network.js';

const random = RandomStream.of(3, 'gradients');
const x = map(zeros(6, 5), () => random.normal());
const numbers = map(zeros(6, 3), () => random.normal());
const labels: Matrix = { rows: 6, columns: 1, values: Float64Array.from([0, 1, 2, 2, 1, 0]) };

const networks: Record<string, readonly LayerPlan[]> = {
  dense: [dense(3)],
  relu: [dense(7), relu(), dense(3)],
  tanh: [dense(7), tanh(), dense(3)],
  sigmoid: [dense(7), sigmoid(), dense(3)],
  dropout: [dropout(0.2), dense(7), tanh(), dropout(0.5), dense(3)],
};
const losses: Record<string, readonly [Loss, Matrix]> = {
  meanSquaredError: [meanSquaredError(), numbers],
  softmaxCrossEntropy: [softmaxCrossEntropy(), labels],
};

describe('gradients', () => {
  for (const [title, plans] of Object.entries(networks)) {
    for (const [lossTitle, [loss, targets]] of Object.entries(losses)) {
      it(`of ${title} under ${lossTitle} match finite differences`, () => {
        const network = new Network(plans, x.columns, 1);
        // The same step each time, so that dropout uses the same mask.
        const measure = () =>
          loss.measure(network.forward(x, { training: true, random: RandomStream.of(1, 'a') }), targets);
        network.backward(measure().gradient);
        for (const [name, { value, gradient }] of network.parameters) {
          const computed = gradient.values.slice();
          computed.forEach((slope, at) => {
            const expected = difference(value.values, at, () => measure().stats.loss!);
            ok(Math.abs(slope - expected) < 1e-6, `${name}[${at}] is ${slope}, by differences ${expected}`);
          });
        }
      });
    }
  }
});

/** The derivative of a result with respect to one value, by finite differences. */
function difference(values: Float64Array, at: number, result: () => number): number {
  const width = 1e-5;
  const value = values[at]!;
  values[at] = value + width;
  const above = result();
  values[at] = value - width;
  const below = result();
  values[at] = value;
  return (above - below) / (2 * width);
}
