import type { UnreadBytes } from './byte-source.js';

/**
 * The messages of an ONNX file, as far as graphs of tensors need them
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Names are the official ones in camelCase; 64-bit
 * numbers are bigints, because files hold some that a number cannot.
 */
export interface ModelProto {
  readonly irVersion: bigint | undefined;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion: bigint | undefined;
  readonly docString: string;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly metadataProps: readonly StringStringEntryProto[];
  readonly functions: readonly FunctionProto[];
  readonly graph: GraphProto | undefined;
}

export interface OperatorSetIdProto {
  readonly domain: string;
  readonly version: bigint | undefined;
}

export interface StringStringEntryProto {
  readonly key: string;
  readonly value: string;
}

export interface FunctionProto {
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly string[];
  /** Attributes with a default. */
  readonly attributeProto: readonly AttributeProto[];
  readonly node: readonly NodeProto[];
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly domain: string;
  readonly overload: string;
}

export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly name: string;
  readonly initializer: readonly TensorProto[];
  readonly sparseInitializer: readonly Uint8Array[];
  readonly docString: string;
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
}

export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly overload: string;
  readonly attribute: readonly AttributeProto[];
  readonly metadataProps: readonly StringStringEntryProto[];
}

export interface AttributeProto {
  readonly name: string;
  /** Inside a function: the function's attribute that gives this one its value. */
  readonly refAttrName: string;
  readonly f: number | undefined;
  readonly i: bigint | undefined;
  readonly s: Uint8Array | undefined;
  readonly t: TensorProto | undefined;
  readonly g: GraphProto | undefined;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
  readonly strings: readonly Uint8Array[];
  readonly type: number;
  /** These are only kept. */
  readonly tensors: readonly Uint8Array[];
  readonly tp: Uint8Array | undefined;
  readonly typeProtos: readonly Uint8Array[];
  readonly sparseTensor: Uint8Array | undefined;
  readonly sparseTensors: readonly Uint8Array[];
}

export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** Kinds of attributes that are only kept. */
export const keptAttributeTypes: ReadonlySet<number> = new Set([9, 11, 12, 13, 14]);

export interface TensorProto {
  readonly dims: readonly bigint[];
  readonly dataType: number;
  /** Present in the format, unused; a tensor in segments is rejected. */
  readonly segment: Uint8Array | undefined;
  /** Little-endian float32, in pieces. */
  readonly floatData: readonly Uint8Array[];
  readonly int32Data: readonly number[];
  /** Texts, which are only kept. */
  readonly stringData: readonly Uint8Array[];
  readonly int64Data: readonly bigint[];
  readonly name: string;
  /** Only where it is when the model was decoded from a file and the tensor is large. */
  readonly rawData: Uint8Array | UnreadBytes | undefined;
  /** Little-endian float64, in pieces. */
  readonly doubleData: readonly Uint8Array[];
  readonly uint64Data: readonly bigint[];
  readonly externalData: readonly StringStringEntryProto[];
  /** 1: in another file. */
  readonly dataLocation: number;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly type: TypeProto | undefined;
  readonly docString: string;
  readonly metadataProps: readonly StringStringEntryProto[];
}

export interface TypeProto {
  readonly tensorType: TensorTypeProto | undefined;
  /** What is not a tensor is only kept. */
  readonly sequenceType: Uint8Array | undefined;
  readonly mapType: Uint8Array | undefined;
  readonly sparseTensorType: Uint8Array | undefined;
  readonly optionalType: Uint8Array | undefined;
}

export interface TensorTypeProto {
  readonly elemType: number;
  /** undefined: even the rank is unknown. */
  readonly shape: TensorShapeProto | undefined;
}

export interface TensorShapeProto {
  readonly dim: readonly DimensionProto[];
}

export interface DimensionProto {
  readonly dimValue: bigint | undefined;
  readonly dimParam: string;
}
