import { deepEqual } from 'node:assert/strict';
import { adam } from '../../optimizers/adam.js';
import type { OptimizerSpec } from '../../optimizers/optimizer-spec.js';
import { sgd } from '../../optimizers/sgd.js';
import type { NamedVectors, OptimizerConformanceOptions } from './options.js';
import { expectClose } from './trajectories.js';

/** What is done with gradients before an update. */
export function describeGradients({ update }: OptimizerConformanceOptions): void {
  it('parameters without a gradient do not change, nor do their slots', async () => {
    const { parameters, slots } = await update({
      optimizer: adam(0.1),
      initial: { a: [1], b: [2] },
      steps: 1,
      gradients: () => ({ a: null, b: [1] }),
    });
    deepEqual([parameters.a, slots['a/m'], slots['a/v']], [[1], [0], [0]]);
    expectClose(parameters.b, [1.9]);
    expectClose(slots['b/m'], [0.1]);
  });

  it('are limited by value, then by their joint norm', async () => {
    const changes = async (optimizer: OptimizerSpec, gradients: NamedVectors) => {
      const initial = Object.fromEntries(
        Object.entries(gradients).map(([name, values]) => [name, values.map(() => 0)]),
      );
      const { parameters } = await update({ optimizer, initial, steps: 1, gradients: () => gradients });
      return Object.values(parameters).map((values) => values.map((value) => 0 - value));
    };
    deepEqual(await changes(sgd(1, { clipNorm: 6.5 }), { a: [3, 4], b: [12] }), [[1.5, 2], [6]]);
    deepEqual(await changes(sgd(1, { clipNorm: 13 }), { a: [3, 4], b: [12] }), [[3, 4], [12]]);
    deepEqual(await changes(sgd(1, { clipNorm: 100 }), { a: [3, 4], b: [12] }), [[3, 4], [12]]);
    deepEqual(await changes(sgd(1, { clipValue: 2 }), { a: [3, -4], b: [1] }), [[2, -2], [1]]);
    deepEqual(await changes(sgd(1, { clipValue: 4, clipNorm: 2.5 }), { a: [3, 9], b: [0] }), [[1.5, 2], [0]]);
  });
}
