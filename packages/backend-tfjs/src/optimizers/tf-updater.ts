import { invalidModel } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { withRegistry } from '../tf/variable-registry.js';
import { foreignState } from './foreign-state.js';
import { learningRateOf, nameOf, withLearningRate } from './tf-learning-rate.js';
import { knownOptimizer } from './tf-optimizer-state.js';
import type { Trainable, Updater } from './updater.js';

/**
 * Runs a user's own `tf.Optimizer`. It finds variables by name in the engine's registry and its accumulators by
 * position in the list of gradients, so both are set for the duration of an update: the registry holds the parameters
 * under their own names, and the list always has all of them in the same order.
 * @param update the name of its update, if the model has several
 * @throws ForgeError MODEL_INVALID for an option that only Forge's optimizers have
 */
export function tfUpdater(
  tf: Tf,
  optimizer: tfjs.Optimizer,
  parameters: readonly Trainable[],
  update?: string,
): Updater {
  refuseOptions(optimizer);
  const registry = Object.fromEntries(parameters.map(({ name, variable }) => [name, variable]));
  const known = knownOptimizer(tf, optimizer);
  const slots = new Map<string, tfjs.Variable>();
  const fields = optimizer as unknown as Record<string, unknown>;

  const scope = update === undefined ? 'optimizer' : `optimizer/${update}`;

  // Made before the first update rather than in it, so that a state has the same names before and after.
  for (const [field, initial] of Object.entries(known?.accumulators ?? {})) {
    fields[field] = parameters.map(({ name, variable: parameter }) => {
      const originalName = `${name}/${field}`;
      const variable = tf.tidy(() => tf.variable(tf.fill(parameter.shape, initial), false));
      slots.set(originalName, variable);
      return { originalName, variable };
    });
  }
  for (const field of known?.scalars ?? []) slots.set(`${scope}/${field}`, fields[field] as tfjs.Variable);

  return {
    slots,
    warnings: known ? [] : [`${nameOf(optimizer)} is not an optimizer Forge knows: resuming a run may not be exact.`],
    ...(known ? {} : { foreign: foreignState(tf, optimizer) }),
    learningRate: () => learningRateOf(optimizer),
    apply(gradients, batch, { rate, onGradients } = {}) {
      onGradients?.(gradients);
      const named = parameters.map(({ name }, index) => ({ name, tensor: gradients[index] ?? null }));
      // The array form takes null for "no gradient", though its type does not say so.
      const applyNamed = () => optimizer.applyGradients(named as Parameters<tfjs.Optimizer['applyGradients']>[0]);
      withRegistry(tf, { ...registry }, () => {
        if (rate === undefined) applyNamed();
        else withLearningRate(tf, optimizer, rate, applyNamed);
      });
      return batch + 1;
    },
    dispose() {
      optimizer.dispose();
    },
  };
}

/** `Object.assign(tf.train.adam(), { groups })` would have no effect. */
function refuseOptions(optimizer: tfjs.Optimizer): void {
  const option = ['groups', 'accumulate', 'clipNorm', 'clipValue'].find((name) => Object.hasOwn(optimizer, name));
  if (option === undefined) return;
  throw invalidModel(
    `${nameOf(optimizer)} has ${option}, which a tf.Optimizer does not support.`,
    `Use an optimizer of @forge-ml/backend-tfjs: adam(0.001, { ${option}: … }).`,
  );
}
