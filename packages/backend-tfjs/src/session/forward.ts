import { checkLoss, checkOutputs, type ModelTensors, placeOfUpdate } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { DeclaredUpdate } from '../model/declared-updates.js';
import type { Penalty } from '../model/layer-losses.js';
import type { AnyTfjsModel, StepContext, TfjsBatch, TfjsOutputs } from '../model/tfjs-model.js';
import type { Tf } from '../tf/tf.js';

/** What the functions of a model may return on `tf`. */
export function modelTensors(tf: Tf): ModelTensors<tfjs.Tensor> {
  return {
    noun: 'tensor',
    isTensor: (value): value is tfjs.Tensor => isTensor(tf, value),
    describe: ({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`,
    isLoss: ({ rank, dtype }) => rank === 0 && dtype === 'float32',
    isScalar: (value) => typeof value === 'number' || value.size === 1,
    computeHint: 'Compute with tf operations and return the tensor itself; read nothing with data() or await.',
    reduceHint: 'Reduce it over the batch, e.g. with tf.mean.',
  };
}

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
  return model.predict === undefined ? undefined : checkOutputs(model.predict(batch, context), modelTensors(tf));
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
  const place = placeOfUpdate(update, 'loss');
  const own = () => checkLoss(place, update.loss(batch, outputs, context), modelTensors(tf));
  return penalty === undefined ? own() : penalty(own);
}

export function isTensor(tf: Tf, value: unknown): value is tfjs.Tensor {
  return typeof value === 'object' && value !== null && value instanceof tf.Tensor;
}
