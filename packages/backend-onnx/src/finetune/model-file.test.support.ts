import type { Attributes, TensorData, TensorType } from '@forge-ml/onnx/graph';
import {
  encode,
  graphProto,
  modelProto,
  type NodeProto,
  nodeProto,
  operatorSetIdProto,
  toAttribute,
  toTensor,
  toValueInfo,
  valueInfoProto,
} from '@forge-ml/onnx/proto';

/** A node of a file, by the names of its inputs and outputs. */
export function nodeOf(
  op: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
): NodeProto {
  const owner = { op, domain: '', inputs: [], attributes, outputs: [], origin: undefined };
  const attribute = Object.entries(attributes).map(([name, value]) =>
    toAttribute(owner, name, value, () => graphProto.of({})),
  );
  return nodeProto.of({ input, output, opType: op, attribute });
}

export interface ModelParts {
  readonly nodes: readonly NodeProto[];
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly initializers?: Readonly<Record<string, TensorData>>;
  readonly outputs: readonly string[];
}

/** The bytes of an .onnx file. */
export function modelOf({ nodes, inputs, initializers = {}, outputs }: ModelParts): Uint8Array {
  const graph = graphProto.of({
    name: 'g',
    node: nodes,
    input: Object.entries(inputs).map(([name, type]) => toValueInfo(name, type)),
    initializer: Object.entries(initializers).map(([name, data]) => toTensor(name, data)),
    output: outputs.map((name) => valueInfoProto.of({ name })),
  });
  const others = new Set(nodes.flatMap(({ domain }) => (domain ? [domain] : [])));
  const opsetImport = [operatorSetIdProto.of({ version: 21n })];
  for (const domain of others) opsetImport.push(operatorSetIdProto.of({ domain, version: 1n }));
  return encode(modelProto, modelProto.of({ irVersion: 8n, opsetImport, graph }));
}

export const float32 = (...shape: readonly (number | string)[]): TensorType => ({ dtype: 'float32', shape });
