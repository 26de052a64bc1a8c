import { checkOptions, lossSynonyms, requirePositive } from '@forge-ml/core/plugin';
import { stopGradient } from '@forge-ml/onnx';
import type { Value } from '@forge-ml/onnx/graph';
import { div, exp, logSoftmax, mul, reduceSum, sub } from '@forge-ml/onnx/ops';
import { requireSameShape } from './targets.js';
import { meanOf, type WeightOptions } from './weighted-mean.js';

export interface DistillationOptions extends WeightOptions {
  /** What both logits are divided by: above 1, small probabilities count more. Default: 2. */
  readonly temperature?: number;
}

/**
 * The mean over the rows of T² · KL(softmax(teacher ÷ T) ‖ softmax(student ÷ T)): student and teacher logits
 * […, classes]; weights […] or [batch]. T² keeps the size of the gradients (Hinton et al., 2015). No gradient reaches
 * the teacher. As PyTorch's KLDivLoss with `batchmean`, times T².
 * @throws ForgeError MODEL_INVALID
 */
export function distillation(student: Value, teacher: Value, options: DistillationOptions = {}): Value {
  const owner = 'distillation';
  checkOptions(options, ['temperature', 'weights'], { of: owner, synonyms: { ...lossSynonyms, T: 'temperature' } });
  const { temperature = 2, weights } = options;
  requirePositive(owner, 'temperature', temperature);
  requireSameShape(owner, student, teacher);
  const logs = (logits: Value) => logSoftmax(div(logits, temperature), -1);
  const [own, wanted] = [logs(student), logs(stopGradient(teacher))];
  const divergence = reduceSum(mul(exp(wanted), sub(wanted, own)), [-1], { keepdims: false });
  return mul(meanOf(owner, divergence, weights), temperature ** 2);
}
