import type { GraphProto, NodeProto, TensorProto } from '../proto/messages.js';

/** A product of activations with a constant matrix. */
export interface Quantizable {
  readonly node: NodeProto;
  readonly weight: TensorProto;
  readonly k: number;
  readonly n: number;
  /** Whether the matrix is [n, k]. */
  readonly transposed: boolean;
}

/** The constants of a graph by name: its initializers and what its Constant nodes hold. */
export function constantsOf(graph: GraphProto): ReadonlyMap<string, TensorProto> {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    const tensor = node.opType === 'Constant' && isOnnx(node) ? node.attribute[0]?.t : undefined;
    if (tensor) constants.set(node.output[0]!, { ...tensor, name: node.output[0]! });
  }
  return constants;
}

const [float32, float16] = [1, 10];

/** Undefined for a node that is no MatMul or plain Gemm of a constant matrix of float32 or float16. */
export function quantizable(node: NodeProto, constants: ReadonlyMap<string, TensorProto>): Quantizable | undefined {
  const weight = constants.get(node.input[1] ?? '');
  if (!weight || !isOnnx(node) || weight.dims.length !== 2) return undefined;
  if (weight.dataType !== float32 && weight.dataType !== float16) return undefined;
  const number = (name: string) => node.attribute.find((attribute) => attribute.name === name);
  const transposed = node.opType === 'Gemm' && Number(number('transB')?.i ?? 0n) !== 0;
  const isPlainGemm =
    node.opType === 'Gemm' &&
    Number(number('transA')?.i ?? 0n) === 0 &&
    (number('alpha')?.f ?? 1) === 1 &&
    (number('beta')?.f ?? 1) === 1;
  if (node.opType !== 'MatMul' && !isPlainGemm) return undefined;
  const [rows, columns] = weight.dims.map(Number) as [number, number];
  return { node, weight, k: transposed ? columns : rows, n: transposed ? rows : columns, transposed };
}

export function isHalf(weight: TensorProto): boolean {
  return weight.dataType === float16;
}

function isOnnx({ domain }: NodeProto): boolean {
  return domain === '' || domain === 'ai.onnx';
}
