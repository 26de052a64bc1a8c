import type { DType } from '@forge-ml/core/plugin';

/** TensorProto.DataType of onnx.proto3. */
const codes: Record<DType, number> = {
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
const dtypes = new Map(Object.entries(codes).map(([dtype, code]) => [code, dtype as DType]));

/** The number ONNX has for a dtype. */
export function codeOfDtype(dtype: DType): number {
  return codes[dtype];
}

/** undefined for types Forge has no tensors of: strings, complex numbers, 8- and 4-bit floats. */
export function dtypeOfCode(code: number): DType | undefined {
  return dtypes.get(code);
}
