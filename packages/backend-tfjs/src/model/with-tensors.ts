import { type Batch, describeTensor, explainFailure, invalidModel, messageOf } from '@forge-ml/core/plugin';
import { toTensors } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';
import type { TfjsBatch } from './tfjs-model.js';

/**
 * Runs the model's own code on the tensors of a batch. What it throws becomes an error that names the batch's arrays.
 * @throws ForgeError MODEL_INVALID
 */
export function withTensors<T>(tf: Tf, batch: Batch, run: (tensors: TfjsBatch) => T): T {
  const explained = (tensors: TfjsBatch): T => {
    try {
      return run(tensors);
    } catch (error) {
      throw signsOfDisposal.test(messageOf(error)) ? disposedTensor(error) : error;
    }
  };
  return explainFailure(toTensors(tf, batch), (name) => describeTensor(batch[name]!), explained);
}

/** The engine says so of some operations; of others it has merely lost what it knew of the tensor. */
const signsOfDisposal = /Tensor is disposed|undefined \(reading '(backend|refCount)'\)/;

function disposedTensor(cause: unknown): Error {
  return invalidModel(
    'The model uses a tensor that is disposed of: what predict, loss and stats make lives until they return.',
    'Make tensors that are needed at every step in load, or keep one that is made later with tf.keep(tensor).',
    cause,
  );
}
