import type { DType } from '@forge-ml/core/plugin';

/** TensorProto.DataType by our dtype. */
export const dataTypes: Readonly<Record<DType, number>> = {
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

const dtypes = new Map(Object.entries(dataTypes).map(([dtype, code]) => [code, dtype as DType]));

const unsupported = new Map([
  [0, 'undefined'],
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
]);

/** undefined for a type that Forge has no tensors of. */
export function dtypeOf(dataType: number): DType | undefined {
  return dtypes.get(dataType);
}

/** The type's name for a message, whether or not Forge knows it. */
export function nameOfDataType(dataType: number): string {
  return dtypes.get(dataType) ?? unsupported.get(dataType) ?? `number ${dataType}`;
}
