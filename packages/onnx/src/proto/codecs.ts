import { PbfWriter } from 'pbf';
import { type ByteSource, UnreadBytes } from './byte-source.js';
import { dtypeOfCode } from './data-types.js';
import {
  bytes,
  type Codec,
  float,
  int64,
  many,
  manyBytes,
  message,
  one,
  small,
  tensorBytes,
  text,
  texts,
} from './fields.js';
import type {
  AttributeProto,
  DimensionProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TypeProto,
  ValueInfoProto,
} from './messages.js';
import { floats, int32s, int64s, rawNumbers } from './packed-fields.js';
import { WireReader } from './wire-reader.js';

/** The graph is written last, so that truncation anywhere is detected. */
export const modelProto: Codec<ModelProto> = message('model', () => ({
  irVersion: int64(1),
  producerName: text(2),
  producerVersion: text(3),
  domain: text(4),
  modelVersion: int64(5),
  docString: text(6),
  opsetImport: many(8, operatorSetIdProto),
  metadataProps: many(14, stringStringEntryProto),
  functions: many(25, functionProto),
  graph: one(7, graphProto),
}));

export const operatorSetIdProto: Codec<OperatorSetIdProto> = message('opset import', () => ({
  domain: text(1),
  version: int64(2),
}));

export const stringStringEntryProto: Codec<StringStringEntryProto> = message('key and value', () => ({
  key: text(1),
  value: text(2),
}));

export const functionProto: Codec<FunctionProto> = message('function', () => ({
  name: text(1),
  input: texts(4),
  output: texts(5),
  attribute: texts(6),
  attributeProto: many(11, attributeProto),
  node: many(7, nodeProto),
  opsetImport: many(9, operatorSetIdProto),
  domain: text(10),
  overload: text(13),
}));

export const graphProto: Codec<GraphProto> = message('graph', () => ({
  node: many(1, nodeProto),
  name: text(2),
  initializer: many(5, tensorProto),
  sparseInitializer: manyBytes(15),
  docString: text(10),
  input: many(11, valueInfoProto),
  output: many(12, valueInfoProto),
  valueInfo: many(13, valueInfoProto),
}));

export const nodeProto: Codec<NodeProto> = message('node', () => ({
  input: texts(1),
  output: texts(2),
  name: text(3),
  opType: text(4),
  domain: text(7),
  overload: text(8),
  attribute: many(5, attributeProto),
  metadataProps: many(9, stringStringEntryProto),
}));

export const attributeProto: Codec<AttributeProto> = message('attribute', () => ({
  name: text(1),
  refAttrName: text(21),
  f: float(2),
  i: int64(3),
  s: bytes(4),
  t: one(5, tensorProto),
  g: one(6, graphProto),
  floats: floats(7),
  ints: int64s(8),
  strings: manyBytes(9),
  type: small(20),
  tensors: manyBytes(10),
  tp: bytes(14),
  typeProtos: manyBytes(15),
  sparseTensor: bytes(22),
  sparseTensors: manyBytes(23),
}));

const anyTensorProto: Codec<TensorProto> = message('tensor', () => ({
  dims: int64s(1),
  dataType: small(2),
  segment: bytes(3),
  floatData: rawNumbers(4, 4),
  int32Data: int32s(5),
  stringData: manyBytes(6),
  int64Data: int64s(7),
  name: text(8),
  rawData: tensorBytes(9),
  doubleData: rawNumbers(10, 8),
  uint64Data: int64s(11),
  externalData: many(13, stringStringEntryProto),
  dataLocation: small(14),
}));

export const tensorProto: Codec<TensorProto> = {
  ...anyTensorProto,
  read(reader) {
    const tensor = anyTensorProto.read(reader);
    // What is only kept is written again as it is.
    const isNeeded = tensor.rawData instanceof UnreadBytes && dtypeOfCode(tensor.dataType) === undefined;
    return isNeeded ? { ...tensor, rawData: reader.read(tensor.rawData) } : tensor;
  },
};

export const valueInfoProto: Codec<ValueInfoProto> = message('value info', () => ({
  name: text(1),
  type: one(2, typeProto),
  docString: text(3),
  metadataProps: many(4, stringStringEntryProto),
}));

export const typeProto: Codec<TypeProto> = message('type', () => ({
  tensorType: one(1, tensorTypeProto),
  sequenceType: bytes(4),
  mapType: bytes(5),
  sparseTensorType: bytes(8),
  optionalType: bytes(9),
}));

export const tensorTypeProto: Codec<TensorTypeProto> = message('tensor type', () => ({
  elemType: small(1),
  shape: one(2, tensorShapeProto),
}));

export const tensorShapeProto: Codec<TensorShapeProto> = message('shape', () => ({ dim: many(1, dimensionProto) }));

export const dimensionProto: Codec<DimensionProto> = message('dimension', () => ({
  dimValue: int64(1),
  dimParam: text(2),
}));

/** @throws WireProblem for bytes that are not such a message. */
export function decode<T>(codec: Codec<T>, content: Uint8Array | ByteSource): T {
  return codec.read(new WireReader(content));
}

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new PbfWriter();
  codec.write(value, writer);
  return writer.finish();
}
