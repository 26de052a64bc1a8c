import { toAttribute } from '../export/to-attribute.js';
import { toTensor, toValueInfo } from '../export/to-tensor.js';
import type { Attributes } from '../graph/ir/graph.js';
import type { TensorType } from '../graph/ir/types.js';
import {
  attributeProto,
  encode,
  functionProto,
  graphProto,
  modelProto,
  nodeProto,
  operatorSetIdProto,
  stringStringEntryProto,
  valueInfoProto,
} from '../proto/codecs.js';
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  NodeProto,
  TensorProto,
  TypeProto,
  ValueInfoProto,
} from '../proto/messages.js';
import { attributeTypes } from '../proto/messages.js';
import type { TensorData } from '../tensor/tensor.js';

/** Short ways for tests to write messages. */
export function nodeOf(
  op: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
  more: Partial<NodeProto> = {},
): NodeProto {
  const owner = { op, domain: '', inputs: [], attributes, outputs: [], origin: undefined };
  const attribute = Object.entries(attributes).map(([name, value]) =>
    toAttribute(owner, name, value, () => graphProto.of({})),
  );
  return nodeProto.of({ input, output, opType: op, attribute, ...more });
}

export function bodyAttribute(name: string, g: GraphProto): AttributeProto {
  return attributeProto.of({ name, type: attributeTypes.graph, g });
}

export interface GraphParts {
  readonly nodes?: readonly NodeProto[];
  readonly inputs?: Readonly<Record<string, TensorType | undefined>>;
  readonly initializers?: Readonly<Record<string, TensorData>>;
  readonly tensors?: readonly TensorProto[];
  readonly outputs?: readonly string[];
  readonly outputTypes?: Readonly<Record<string, TypeProto>>;
  readonly valueInfo?: Readonly<Record<string, TensorType>> | readonly ValueInfoProto[];
}

export function graphOf({
  nodes = [],
  inputs = {},
  initializers = {},
  tensors = [],
  outputs = [],
  outputTypes = {},
  valueInfo = [],
}: GraphParts): GraphProto {
  return graphProto.of({
    name: 'g',
    node: nodes,
    input: Object.entries(inputs).map(([name, type]) => (type ? toValueInfo(name, type) : valueInfoProto.of({ name }))),
    initializer: [...Object.entries(initializers).map(([name, data]) => toTensor(name, data)), ...tensors],
    output: outputs.map((name) => valueInfoProto.of({ name, type: outputTypes[name] })),
    valueInfo: Array.isArray(valueInfo)
      ? valueInfo
      : Object.entries(valueInfo).map(([name, type]) => toValueInfo(name, type)),
  });
}

export interface ModelParts extends GraphParts {
  readonly opset?: number;
  readonly domains?: readonly string[];
  readonly functions?: readonly Partial<FunctionProto>[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export function modelOf({ opset = 21, domains = [], functions = [], metadata = {}, ...graph }: ModelParts): Uint8Array {
  return encode(
    modelProto,
    modelProto.of({
      irVersion: 8n,
      opsetImport: [
        operatorSetIdProto.of({ version: BigInt(opset) }),
        ...domains.map((domain) => operatorSetIdProto.of({ domain, version: 1n })),
      ],
      functions: functions.map((fields) => functionProto.of(fields)),
      metadataProps: Object.entries(metadata).map(([key, value]) => stringStringEntryProto.of({ key, value })),
      graph: graphOf(graph),
    }),
  );
}

export const float32 = (...shape: readonly (number | string)[]): TensorType => ({ dtype: 'float32', shape });
