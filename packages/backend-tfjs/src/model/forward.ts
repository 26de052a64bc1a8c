import { describeValue, invalidModel } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { Penalty } from './layer-settings.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from './tfjs-model.js';

const sync = 'Compute with tf operations and return the tensor itself; read nothing with data() or await.';

/**
 * The model's outputs; undefined where it has no `predict`.
 * @throws ForgeError MODEL_INVALID where they are not one tensor or several by name.
 */
export function outputsOf(
  tf: Tf,
  model: AnyTfjsModel,
  batch: TfjsBatch,
  context: StepContext,
): TfjsOutputs | undefined {
  if (model.predict === undefined) return undefined;
  const outputs: unknown = model.predict(batch, context);
  if (isTensor(tf, outputs)) return outputs;
  if (outputs instanceof Promise) throw invalidModel('predict returned a promise; it must be synchronous.', sync);
  if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) {
    const several = 'Return one tensor, or several by name: { mean, variance }.';
    throw invalidModel(`predict returned ${describeValue(outputs)}, not tensors.`, several);
  }
  for (const [name, output] of Object.entries(outputs)) {
    if (!isTensor(tf, output))
      throw invalidModel(`The output ${name} of predict is ${describeValue(output)}, not a tensor.`);
  }
  return outputs as Record<string, tfjs.Tensor>;
}

/**
 * @param penalty adds the losses of the model's layers
 * @throws ForgeError MODEL_INVALID unless the loss is a float32 scalar.
 */
export function lossOf(
  tf: Tf,
  model: AnyTfjsModel,
  batch: TfjsBatch,
  outputs: TfjsOutputs | undefined,
  context: StepContext,
  penalty?: Penalty,
): tfjs.Tensor {
  const own = () => scalarLoss(tf, model.loss(batch, outputs, context));
  return penalty === undefined ? own() : penalty(own);
}

function scalarLoss(tf: Tf, loss: unknown): tfjs.Tensor {
  if (loss instanceof Promise) throw invalidModel('loss returned a promise; it must be synchronous.', sync);
  if (!isTensor(tf, loss)) throw invalidModel(`loss returned ${describeValue(loss)}, not a scalar tensor.`, sync);
  if (loss.rank !== 0 || loss.dtype !== 'float32') {
    throw invalidModel(
      `loss returned ${loss.dtype}[${loss.shape.join(', ')}], not a float32 scalar.`,
      'Reduce it over the batch, e.g. with tf.mean.',
    );
  }
  return loss;
}

/** The loss and the model's own stats as numbers. */
export function statsOf(
  tf: Tf,
  model: AnyTfjsModel,
  batch: TfjsBatch,
  outputs: TfjsOutputs | undefined,
  loss: tfjs.Tensor,
  context: StepContext,
): Record<string, number> {
  const numbers: Record<string, number> = { loss: loss.dataSync()[0]! };
  if (model.stats === undefined) return numbers;
  const stats: unknown = model.stats(batch, outputs, context);
  if (stats instanceof Promise) throw invalidModel('stats returned a promise; it must be synchronous.', sync);
  if (typeof stats !== 'object' || stats === null || isTensor(tf, stats)) {
    throw invalidModel(
      `stats returned ${describeValue(stats)}, not scalars by name.`,
      'Return for example { accuracy }.',
    );
  }
  for (const [name, value] of Object.entries(stats)) {
    if (name === '__proto__') throw invalidModel('A number of stats cannot be named __proto__.', 'Rename it.');
    if (name === 'loss') throw invalidModel('stats has a number named loss, like the loss itself.', 'Rename it.');
    numbers[name] = numberOf(tf, name, value);
  }
  return numbers;
}

export function isTensor(tf: Tf, value: unknown): value is tfjs.Tensor {
  return typeof value === 'object' && value !== null && value instanceof tf.Tensor;
}

function numberOf(tf: Tf, name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (isTensor(tf, value) && value.size === 1) return value.dataSync()[0]!;
  const what = isTensor(tf, value) ? `${value.dtype}[${value.shape.join(', ')}]` : describeValue(value);
  throw invalidModel(`The stat ${name} is ${what}, not a scalar.`, 'Reduce it over the batch, e.g. with tf.mean.');
}
