import { OnnxError } from '../errors/onnx-error.js';
import type { TensorType } from '../graph/ir/types.js';
import {
  dimensionProto,
  stringStringEntryProto,
  tensorProto,
  tensorShapeProto,
  tensorTypeProto,
  typeProto,
  valueInfoProto,
} from '../proto/codecs.js';
import { codeOfDtype } from '../proto/data-types.js';
import type { DimensionProto, TensorProto, ValueInfoProto } from '../proto/messages.js';
import { type AnyTensor, byteLengthOf, describeTensor } from '../tensor/tensor.js';

export function toTensor(name: string, { dtype, shape, bytes }: AnyTensor): TensorProto {
  if (bytes.length !== byteLengthOf({ dtype, shape })) {
    const label = `${describeTensor({ dtype, shape })}`;
    throw new OnnxError('MODEL_INVALID', `The tensor "${name}" is ${label}, but has ${bytes.length} bytes.`, {
      about: name,
    });
  }
  return tensorProto.of({ name, dims: shape.map(BigInt), dataType: codeOfDtype(dtype), rawData: bytes });
}

export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** A tensor whose bytes are in another file, next to the model. */
export function toExternalTensor(
  name: string,
  { dtype, shape }: Omit<AnyTensor, 'bytes'>,
  location: string,
  { offset, length }: Place,
): TensorProto {
  if (length !== byteLengthOf({ dtype, shape })) {
    const label = describeTensor({ dtype, shape });
    throw new OnnxError('MODEL_INVALID', `"${name}" is ${label}, but has ${length} bytes in ${location}.`, {
      about: name,
    });
  }
  const entries = { location, offset: String(offset), length: String(length) };
  return tensorProto.of({
    name,
    dims: shape.map(BigInt),
    dataType: codeOfDtype(dtype),
    externalData: Object.entries(entries).map(([key, value]) => stringStringEntryProto.of({ key, value })),
    dataLocation: 1,
  });
}

export function toValueInfo(name: string, { dtype, shape }: TensorType): ValueInfoProto {
  const dim = shape.map((size): DimensionProto => {
    if (typeof size === 'number') return dimensionProto.of({ dimValue: BigInt(size) });
    // A unique name for an unknown size would mean that no other size equals it.
    return dimensionProto.of(size.includes('?') ? {} : { dimParam: size });
  });
  const tensorType = tensorTypeProto.of({ elemType: codeOfDtype(dtype), shape: tensorShapeProto.of({ dim }) });
  return valueInfoProto.of({ name, type: typeProto.of({ tensorType }) });
}
