import type { Value } from '@forge-ml/onnx/graph';
import { add, mul } from '@forge-ml/onnx/ops';

/** decay · average + (1 - decay) · value: the exponential moving average that most optimizers use. */
export function movingAverage(average: Value, value: Value, decay: number): Value {
  return add(mul(average, decay), mul(value, 1 - decay));
}
