import { nameOfDataType, type TensorProto } from '@forge-ml/onnx/proto';

/** Bits of a number by the name of its type; types of ONNX that are read nowhere else included. */
const bits: readonly (readonly [RegExp, number])[] = [
  [/^(u?int4|float4e2m1)$/, 4],
  [/^(bool|u?int8|float8)/, 8],
  [/16$/, 16],
  [/32$/, 32],
  [/64$/, 64],
  [/128$/, 128],
];

/** What a tensor of a file is, without reading its numbers. */
export function sizeOfTensor({ dims, dataType }: TensorProto) {
  const dtype = nameOfDataType(dataType);
  const shape = dims.map(Number);
  const numbers = shape.reduce((product, size) => product * size, 1);
  const width = bits.find(([pattern]) => pattern.test(dtype))?.[1] ?? 0;
  return { dtype, shape, numbers, bytes: Math.ceil((numbers * width) / 8) };
}
