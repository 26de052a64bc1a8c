import type { DType } from '../tensor/tensor.js';

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
  uint4: 21,
  int4: 22,
};
const dtypes = new Map(Object.entries(codes).map(([dtype, code]) => [code, dtype as DType]));

/** The number ONNX has for a dtype. */
export function codeOfDtype(dtype: DType): number {
  return codes[dtype];
}

/** undefined for types that have no dtype here: strings, complex numbers, floats of 8 and 4 bits. */
export function dtypeOfCode(code: number): DType | undefined {
  return dtypes.get(code);
}

const unsupported = new Map([
  [0, 'undefined'],
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [23, 'float4e2m1'],
  [24, 'float8e8m0'],
  [25, 'uint2'],
  [26, 'int2'],
]);

/** Whether ONNX has a type of that number. */
export function isDataType(dataType: number): boolean {
  return dataType !== 0 && (dtypes.has(dataType) || unsupported.has(dataType));
}

/** The name of a TensorProto.DataType for a message, whether or not it has a dtype. */
export function nameOfDataType(dataType: number): string {
  return dtypeOfCode(dataType) ?? unsupported.get(dataType) ?? `number ${dataType}`;
}
