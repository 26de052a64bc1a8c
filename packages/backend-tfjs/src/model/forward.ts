import { describeValue, invalidModel } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { type DeclaredUpdate, placeOf } from './declared-updates.js';
import type { Penalty } from './layer-losses.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from './tfjs-model.js';

/** The hint for a function that returned a promise. */
export const sync = 'Compute with tf operations and return the tensor itself; read nothing with data() or await.';

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
 * The loss of an update.
 * @param penalty adds the losses of the model's layers
 * @throws ForgeError MODEL_INVALID unless the loss is a float32 scalar.
 */
export function lossOf(
  tf: Tf,
  update: Pick<DeclaredUpdate, 'name' | 'loss'>,
  batch: TfjsBatch,
  outputs: TfjsOutputs | undefined,
  context: StepContext,
  penalty?: Penalty,
): tfjs.Tensor {
  const own = () => scalarLoss(tf, placeOf(update, 'loss'), update.loss(batch, outputs, context));
  return penalty === undefined ? own() : penalty(own);
}

function scalarLoss(tf: Tf, place: string, loss: unknown): tfjs.Tensor {
  if (loss instanceof Promise) throw invalidModel(`${place} returned a promise; it must be synchronous.`, sync);
  if (!isTensor(tf, loss)) throw invalidModel(`${place} returned ${describeValue(loss)}, not a scalar tensor.`, sync);
  if (loss.rank !== 0 || loss.dtype !== 'float32') {
    throw invalidModel(
      `${place} returned ${loss.dtype}[${loss.shape.join(', ')}], not a float32 scalar.`,
      'Reduce it over the batch, e.g. with tf.mean.',
    );
  }
  return loss;
}

export function isTensor(tf: Tf, value: unknown): value is tfjs.Tensor {
  return typeof value === 'object' && value !== null && value instanceof tf.Tensor;
}
