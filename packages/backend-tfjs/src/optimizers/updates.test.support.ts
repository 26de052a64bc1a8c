import type { OptimizerTrial, UpdatedParameters } from '@forge-ml/core/testing';
import type { Tf } from '../tf/tf.js';
import type { Optimizer } from './optimizer.js';
import { ownUpdater } from './own-updater.js';

/** Runs an optimizer over vectors. */
export function runTrial(
  tf: Tf,
  { optimizer, initial, steps, gradients }: Omit<OptimizerTrial, 'optimizer'> & { readonly optimizer: Optimizer },
): UpdatedParameters {
  return tf.tidy(() => {
    const parameters = Object.entries(initial).map(([name, values]) => {
      return { name, variable: tf.variable(tf.tensor1d([...values])) };
    });
    const updater = ownUpdater(tf, optimizer, parameters);
    for (let step = 0; step < steps; step++) {
      const given = gradients(step);
      updater.apply(
        parameters.map(({ name }) => {
          const values = given[name];
          return values ? tf.tensor1d([...values]) : null;
        }),
        step,
      );
    }
    const result = {
      parameters: Object.fromEntries(parameters.map(({ name, variable }) => [name, [...variable.dataSync()]])),
      slots: Object.fromEntries(Array.from(updater.slots, ([name, slot]) => [name, [...slot.dataSync()]])),
    };
    updater.dispose();
    tf.dispose(parameters.map(({ variable }) => variable));
    return result;
  });
}
