import { type Batch, describeTensor, explainFailure } from '@forge-ml/core/plugin';
import type { Tf } from '../tf.js';
import { toTensors } from './tensors.js';
import type { TfjsBatch } from './tfjs-model.js';

/**
 * Runs the model's own code on the tensors of a batch. What it throws becomes an error that names the batch's arrays.
 * @throws ForgeError MODEL_INVALID
 */
export function withTensors<T>(tf: Tf, batch: Batch, run: (tensors: TfjsBatch) => T): T {
  return explainFailure(toTensors(tf, batch), (name) => describeTensor(batch[name]!), run);
}
