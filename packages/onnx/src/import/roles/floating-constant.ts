import type { ConstantValue, Value } from '../../graph/ir/graph.js';
import type { TensorData, UnpackedDType } from '../../tensor/tensor.js';

/** A tensor of the graph that may be learned. */
export interface FloatingConstant extends ConstantValue {
  readonly dtype: UnpackedDType;
  readonly data: TensorData;
}

export function isFloating(value: Value): value is FloatingConstant {
  return value.kind === 'constant' && value.dtype.includes('float');
}
