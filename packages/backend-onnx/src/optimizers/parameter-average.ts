import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { parameter } from '@forge-ml/onnx/graph';
import { add, cast, mul, sub } from '@forge-ml/onnx/ops';
import type { OptimizerScalars } from './per-step.js';

/** State that holds the moving average of a parameter; see `SessionState.ema`. */
export function averageOf({ name, initial }: ParameterValue): ParameterValue {
  return parameter(`forge/ema/${name}`, initial, { trainable: false });
}

/**
 * The average after an update: ema + (1 - d) (parameter - ema), where d = min(decay, (1 + n) / (10 + n)) after update n
 * (from 1), as TensorFlow's ExponentialMovingAverage with `num_updates`.
 * @param updated the parameter after the update
 */
export function nextAverage(average: Value, updated: Value, decay: number, scalars: OptimizerScalars): Value {
  const share = scalars.get('forge/ema', (earlier) => 1 - Math.min(decay, (earlier + 2) / (earlier + 11)));
  return add(average, mul(sub(updated, average), cast(share, average.dtype)));
}
