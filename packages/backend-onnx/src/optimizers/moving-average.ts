import type { Value } from '../graph/graph.js';
import { add, mul } from '../ops/elementwise.js';

/** decay · average + (1 - decay) · value: the exponential moving average most optimizers are made of. */
export function movingAverage(average: Value, value: Value, decay: number): Value {
  return add(mul(average, decay), mul(value, 1 - decay));
}
