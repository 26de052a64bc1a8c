import { checkOptions, lossSynonyms, requirePositive } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { meanOf, requireSameShape, type WeightOptions } from './arrays.js';

export interface DistillationOptions extends WeightOptions {
  /** What both logits are divided by: above 1, small probabilities count more. Default: 2. */
  readonly temperature?: number;
}

/**
 * The mean over the rows of T² · KL(softmax(teacher ÷ T) ‖ softmax(student ÷ T)): student and teacher logits
 * […, classes]; weights […] or [batch]. T² keeps the size of the gradients (Hinton et al., 2015). As PyTorch's KLDivLoss
 * with `batchmean`, times T².
 *
 * TensorFlow.js cannot stop a gradient: freeze the variables of a teacher that is part of the model.
 * @throws ForgeError MODEL_INVALID
 */
export function distillation(student: tf.Tensor, teacher: tf.Tensor, options: DistillationOptions = {}): tf.Scalar {
  const owner = 'distillation';
  checkOptions(options, ['temperature', 'weights'], { of: owner, synonyms: { ...lossSynonyms, T: 'temperature' } });
  const { temperature = 2, weights } = options;
  requirePositive(owner, 'temperature', temperature);
  requireSameShape(owner, student, teacher);
  const logs = (logits: tf.Tensor) => logits.div(temperature).logSoftmax(-1);
  const [own, wanted] = [logs(student), logs(teacher)];
  const divergence = wanted.exp().mul(wanted.sub(own)).sum(-1);
  return meanOf(divergence, weights).mul(temperature ** 2);
}
