import type { Value } from '../../graph/ir/graph.js';
import { cast } from '../../ops/elementwise.js';
import { where } from '../../ops/logic.js';
import type { DType } from '../../tensor/tensor.js';

/**
 * The bits of a value, in a node that cannot run before `condition` is known. The condition decides nothing, but no
 * optimizer of a graph knows that.
 * @param condition bool [1] or []
 */
export function after(condition: Value, value: Value): Value {
  const carrier = cast(value, carriers[value.dtype] ?? value.dtype);
  return cast(where(condition, carrier, carrier), value.dtype);
}

/** Types that ONNX Runtime's Where lacks, and one that has all their numbers. */
const carriers: Readonly<Partial<Record<DType, DType>>> = {
  bfloat16: 'float32',
  bool: 'int32',
  float16: 'float32',
  int16: 'int32',
  int8: 'int32',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'int64',
  uint8: 'int32',
};
