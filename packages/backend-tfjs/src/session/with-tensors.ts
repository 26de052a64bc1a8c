import { type Batch, describeTensor, explainFailure, invalidModel, messageOf } from '@forge-ml/core/plugin';
import type { TfjsBatch } from '../model/tfjs-model.js';
import { toTensors } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';

/**
 * Runs the model's own code on the tensors of a batch. Its errors are wrapped in one that names the batch's arrays.
 * @param upload around the copying of the batch
 * @throws ForgeError MODEL_INVALID
 */
export function withTensors<T>(
  tf: Tf,
  batch: Batch,
  run: (tensors: TfjsBatch) => T,
  upload?: <C>(copy: () => C) => C,
): T {
  const explained = (tensors: TfjsBatch): T => {
    try {
      return run(tensors);
    } catch (error) {
      throw disposedMessage.test(messageOf(error)) ? disposedTensor(error) : error;
    }
  };
  const given = upload === undefined ? toTensors(tf, batch) : upload(() => toTensors(tf, batch));
  return explainFailure(given, (name) => describeTensor(batch[name]!), explained);
}

/** Some operations report it; others fail because the engine no longer knows the tensor. */
const disposedMessage = /Tensor is disposed|undefined \(reading '(backend|refCount)'\)/;

function disposedTensor(cause: unknown): Error {
  return invalidModel(
    'The model uses a disposed tensor: tensors made in predict, loss and stats live until these return.',
    'Make tensors that are needed at every step in load, or keep one that is made later with tf.keep(tensor).',
    cause,
  );
}
