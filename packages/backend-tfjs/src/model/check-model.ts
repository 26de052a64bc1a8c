import { checkModelParts, describeValue, invalidModel, isOptimizerSpec, requireNamed } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';
import type { AnyTfjsModel } from './tfjs-model.js';

/** @throws ForgeError MODEL_INVALID, naming the part of what `load` returned that is missing or of the wrong type. */
export function checkModel(tf: Tf, value: unknown): AnyTfjsModel {
  const model = checkModelParts(value, {
    type: 'TfjsModel',
    fields: ['variables'],
    optimizerHint: 'Give one of @forge-ml/backend-tfjs, e.g. adam(0.001), or a tf.Optimizer.',
    isOptimizer: (optimizer) => isOptimizerSpec(optimizer) || optimizer instanceof tf.Optimizer,
  });
  requireNamed(model, 'variables');
  for (const [name, variable] of Object.entries(model.variables ?? {})) {
    if (variable instanceof tf.Variable) continue;
    throw invalidModel(`variables.${name} is ${describeValue(variable)}, not a tf.Variable.`);
  }
  return value as AnyTfjsModel;
}
