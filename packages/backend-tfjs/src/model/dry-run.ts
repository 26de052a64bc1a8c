import { type Batch, invalidModel, type RandomStream } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Trainable } from '../optimizers/updater.js';
import type { Tf } from '../tf/tf.js';
import { lossOf, outputsOf, statsOf } from './forward.js';
import { gradientsOf } from './gradients.js';
import type { IndexRange } from './index-ranges.js';
import type { Penalty } from './layer-settings.js';
import { stepContext } from './step-context.js';
import type { AnyTfjsModel } from './tfjs-model.js';
import { watchKernels } from './watch-kernels.js';
import { withTensors } from './with-tensors.js';

export interface DryRun {
  readonly stats: Readonly<Record<string, number>>;
  readonly ranges: readonly IndexRange[];
}

/**
 * Runs the model once on the sample as an evaluation would, which builds layers that need a first input, and checks
 * that data and model fit.
 * @returns the stats of an evaluation, and the ranges of arrays that the model uses as indices
 * @throws ForgeError MODEL_INVALID.
 */
export function dryForward(tf: Tf, model: AnyTfjsModel, sample: Batch, random: RandomStream): DryRun {
  let ranges: readonly IndexRange[] = [];
  const stats = tf.tidy(() => {
    const context = stepContext(tf, random, 0, false);
    return withTensors(tf, sample, (batch) => {
      const watched = watchKernels(tf, sample, batch, () => {
        const outputs = outputsOf(tf, model, batch, context);
        const loss = lossOf(tf, model, batch, outputs, context);
        return statsOf(tf, model, batch, outputs, loss, context);
      });
      ranges = watched.ranges;
      return watched.result;
    });
  });
  return { stats, ranges };
}

/**
 * Computes the gradients once as a step would, and then restores every variable, because batch normalization has
 * changed its statistics.
 * @returns a warning naming the parameters the loss does not depend on, if there are any.
 * @throws ForgeError MODEL_INVALID where it depends on none, or an operation has no gradient.
 */
export function dryGradients(
  tf: Tf,
  model: AnyTfjsModel,
  sample: Batch,
  variables: ReadonlyMap<string, tfjs.Variable>,
  trainables: readonly Trainable[],
  penalty: Penalty | undefined,
  random: RandomStream,
): string[] {
  return tf.tidy(() => {
    const before = Array.from(variables.values(), (variable) => variable.clone());
    const context = stepContext(tf, random, 0, true);
    const unused = withTensors(tf, sample, (batch) => {
      const forward = () => lossOf(tf, model, batch, outputsOf(tf, model, batch, context), context, penalty);
      const trained = trainables.map(({ variable }) => variable);
      const { gradients } = gradientsOf(tf, forward, trained);
      return trainables.filter((_, index) => gradients[index] === null).map(({ name }) => name);
    });
    for (const [index, variable] of [...variables.values()].entries()) variable.assign(before[index]!);
    if (unused.length === trainables.length) {
      throw invalidModel(
        `The loss depends on none of the model's trainable variables: ${unused.join(', ')}.`,
        'Compute it from the outputs with tf operations that have gradients (argMax and comparisons have none).',
      );
    }
    return unused.length === 0 ? [] : [`The loss does not depend on ${unused.join(', ')}: not trained.`];
  });
}
