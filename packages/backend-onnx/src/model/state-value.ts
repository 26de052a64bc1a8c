import type { DType, TensorData } from '@forge-ml/core/plugin';
import type { ParameterValue } from '@forge-ml/onnx/graph';

/** A value of the state of a model: a parameter, a slot of its optimizer, or a moving average. */
export interface StateValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Before the first step: its elements, or the number that all of them are. */
  readonly initial: TensorData | number;
}

export function stateValue({ name, initial }: ParameterValue): StateValue {
  return { name, dtype: initial.dtype, shape: initial.shape, initial };
}
