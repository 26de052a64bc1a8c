import type { DType } from '@forge-ml/core/plugin';

/** The numbers of ONNXTensorElementDataType in the C API, which are those of ONNX. */
export const elementTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const dtypes = new Map(Object.entries(elementTypes).map(([dtype, number]) => [number, dtype as DType]));

/** Undefined for texts and other types that are no numbers. */
export function dtypeOf(elementType: number): DType | undefined {
  return dtypes.get(elementType);
}
