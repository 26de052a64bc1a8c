import { type Batch, invalidModel, placeOfUpdate, type RandomStream } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { DeclaredUpdate } from '../model/declared-updates.js';
import type { IndexRange } from '../model/index-ranges.js';
import type { Penalty } from '../model/layer-losses.js';
import type { AnyTfjsModel } from '../model/tfjs-model.js';
import type { Tf } from '../tf/tf.js';
import { lossOf, outputsOf } from './forward.js';
import { gradientsOf } from './gradients.js';
import { labelsOf, recordReads } from './read-arrays.js';
import type { UpdateParameters } from './session-update.js';
import { stepContext } from './step-context.js';
import { readDirectly, readLoss, readScalars, statsOf } from './step-numbers.js';
import { watchKernels } from './watch-kernels.js';
import { withTensors } from './with-tensors.js';

export interface DryRun {
  readonly stats: Readonly<Record<string, number>>;
  readonly ranges: readonly IndexRange[];
  /** The arrays that the losses and the stats read, and `predict` does not; undefined if unknown. */
  readonly labels: readonly string[] | undefined;
}

/**
 * Runs the model once on the sample as an evaluation would, which builds layers that need a first input, and checks
 * that data and model fit.
 * @returns the stats of an evaluation, and how the model uses the arrays
 * @throws ForgeError MODEL_INVALID.
 */
export function dryForward(
  tf: Tf,
  model: AnyTfjsModel,
  updates: readonly DeclaredUpdate[],
  sample: Batch,
  random: RandomStream,
): DryRun {
  const context = stepContext(tf, random, 0, false);
  let run: DryRun | undefined;
  tf.tidy(() => {
    withTensors(tf, sample, (batch) => {
      const [inputs, labels] = [recordReads(batch), recordReads(batch)];
      const stats: Record<string, number> = {};
      const { ranges } = watchKernels(tf, sample, batch, () => {
        const outputs = outputsOf(tf, model, inputs.batch, context);
        for (const update of updates) {
          readLoss(stats, update, lossOf(tf, update, labels.batch, outputs, context), readDirectly);
        }
        readScalars(stats, statsOf(tf, model, updates, labels.batch, outputs, context), readDirectly);
      });
      run = { stats, ranges, labels: model.predict && labelsOf(inputs, labels) };
    });
  });
  return run!;
}

/**
 * Computes the gradients of an update once as a step would, and then restores every variable, because batch
 * normalization has changed its statistics.
 * @returns the names of its parameters that the loss does not depend on
 * @throws ForgeError MODEL_INVALID where it depends on none, or an operation has no gradient.
 */
export function dryGradients(
  tf: Tf,
  model: AnyTfjsModel,
  update: UpdateParameters,
  sample: Batch,
  variables: ReadonlyMap<string, tfjs.Variable>,
  penalty: Penalty | undefined,
  random: RandomStream,
): string[] {
  return tf.tidy(() => {
    const before = Array.from(variables.values(), (variable) => variable.clone());
    const context = stepContext(tf, random, 0, true);
    const unused = withTensors(tf, sample, (batch) => {
      const forward = () => lossOf(tf, update, batch, outputsOf(tf, model, batch, context), context, penalty);
      const { gradients } = gradientsOf(tf, forward, update.variables);
      return update.trainables.filter((_, index) => gradients[index] === null).map(({ name }) => name);
    });
    for (const [index, variable] of [...variables.values()].entries()) variable.assign(before[index]!);
    if (unused.length === update.trainables.length) {
      const [loss, whose] =
        update.name === undefined ? ['The loss', "the model's trainable"] : [placeOfUpdate(update, 'loss'), 'its'];
      throw invalidModel(
        `${loss} depends on none of ${whose} variables: ${unused.join(', ')}.`,
        'Compute it from the outputs with tf operations that have gradients (argMax and comparisons have none).',
      );
    }
    return unused;
  });
}
