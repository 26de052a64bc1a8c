import { dtypeOfCode } from '../graph/dtype-codes.js';

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

/** The name of a TensorProto.DataType for a message, whether or not Forge has tensors of it. */
export function nameOfDataType(dataType: number): string {
  return dtypeOfCode(dataType) ?? unsupported.get(dataType) ?? `number ${dataType}`;
}
