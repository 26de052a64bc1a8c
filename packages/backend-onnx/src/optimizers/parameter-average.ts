import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { parameter } from '@forge-ml/onnx/graph';
import { add, cast, mul, sub } from '@forge-ml/onnx/ops';
import type { OptimizerScalars } from './per-step.js';

/** State that holds the moving average of a parameter; see `SessionState.ema`. */
export function averageOf({ name, initial }: ParameterValue): ParameterValue {
  return parameter(`forge/ema/${name}`, initial, { trainable: false });
}

/**
 * What the average moves by, as a share of its distance from the parameter: 1 - min(decay, (1 + n) / (10 + n)) in update
 * n (from 1), as TensorFlow's ExponentialMovingAverage with `num_updates`.
 * @param earlier the number of earlier updates: n - 1
 */
export function averageShare(decay: number, earlier: number): number {
  return 1 - Math.min(decay, (earlier + 2) / (earlier + 11));
}

/**
 * The average after an update: ema + share · (parameter - ema).
 * @param updated the parameter after the update
 */
export function nextAverage(average: Value, updated: Value, decay: number, scalars: OptimizerScalars): Value {
  const share = scalars.get('forge/ema', (earlier) => averageShare(decay, earlier));
  return add(average, mul(sub(updated, average), cast(share, average.dtype)));
}
