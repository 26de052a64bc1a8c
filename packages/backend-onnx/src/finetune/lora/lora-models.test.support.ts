import { type NamedTensors, tensor } from '@forge-ml/core/plugin';
import { float, int, ints } from '@forge-ml/onnx/graph';
import { float32, type ModelParts, nodeOf } from '../model-file.test.support.js';

/** Numbers like random ones, the same every time. */
export const waves = (seed: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin((at + 1) * seed) * 0.5),
    shape,
  );

export const batch = {
  ids: tensor(BigInt64Array.from([1, 2, 3, 4, 5, 6, 7, 0, 1, 9, 2, 8].map(BigInt)), [3, 4]),
  images: waves(0.31, 3, 2, 5, 5),
  y: waves(1.9, 3, 10),
};

const weights = {
  'embed.weight': waves(0.7, 10, 6),
  'layer.q_proj.weight': waves(1.1, 6, 6),
  'onnx::MatMul_7': waves(1.7, 6, 6),
  'cnn.weight': waves(2.3, 6, 2, 3, 3),
  'norm.scale': waves(0.9, 6),
  'out.weight': waves(0.5, 6, 6),
  'out.bias': waves(0.2, 6),
};

const weight = (name: string, op: string, input: readonly string[], output: string, attributes = {}) => {
  return { ...nodeOf(op, input, [output], attributes), name };
};

/** Token ids and images to logits of a head that is tied to the embedding. */
export const parts: ModelParts = {
  inputs: { ids: { dtype: 'int64', shape: ['batch', 4] }, images: float32('batch', 2, 5, 5) },
  initializers: { ...weights, axes: tensor(BigInt64Array.of(1n)), places: tensor(BigInt64Array.of(2n, 3n)) },
  nodes: [
    nodeOf('Gather', ['embed.weight', 'ids'], ['embedded']),
    nodeOf('Transpose', ['layer.q_proj.weight'], ['q_t'], { perm: ints([1, 0]) }),
    nodeOf('MatMul', ['embedded', 'q_t'], ['q']),
    weight('/layer/v_proj/MatMul', 'MatMul', ['q', 'onnx::MatMul_7'], 'v'),
    nodeOf('Tanh', ['v'], ['act']),
    nodeOf('ReduceMean', ['act', 'axes'], ['mean'], { keepdims: int(0) }),
    nodeOf('Conv', ['images', 'cnn.weight'], ['maps'], {
      kernel_shape: ints([3, 3]),
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
    }),
    nodeOf('ReduceMean', ['maps', 'places'], ['pooled'], { keepdims: int(0) }),
    nodeOf('Add', ['mean', 'pooled'], ['both']),
    nodeOf('Mul', ['both', 'norm.scale'], ['scaled']),
    nodeOf('Gemm', ['scaled', 'out.weight', 'out.bias'], ['features'], { transB: int(1), alpha: float(0.5) }),
    nodeOf('Transpose', ['embed.weight'], ['embed_t'], { perm: ints([1, 0]) }),
    nodeOf('MatMul', ['features', 'embed_t'], ['logits']),
  ],
  outputs: ['logits'],
};

const rank = 2;
const scale = 4 / rank;

/** Initial values of adapters of rank 2 that change the outputs. */
export const adapters: NamedTensors = new Map([
  ['embed.lora_embedding_A', waves(0.3, rank, 10)],
  ['embed.lora_embedding_B', waves(0.8, 6, rank)],
  ['layer.q_proj.lora_A.weight', waves(1.3, rank, 6)],
  ['layer.q_proj.lora_B.weight', waves(0.4, 6, rank)],
  ['layer.v_proj.lora_A.weight', waves(1.4, rank, 6)],
  ['layer.v_proj.lora_B.weight', waves(0.6, 6, rank)],
  ['cnn.lora_A.weight', waves(1.6, rank, 2, 3, 3)],
  ['cnn.lora_B.weight', waves(1.2, 6, rank, 1, 1)],
  ['out.lora_A.weight', waves(2.1, rank, 6)],
  ['out.lora_B.weight', waves(2.6, 6, rank)],
]);

/** The same model, with each weight written as W + scale · B·A in the file. */
export const written: ModelParts = {
  ...parts,
  initializers: {
    ...parts.initializers,
    ...Object.fromEntries(adapters),
    scale: tensor(Float32Array.of(scale), [1]),
    flat: tensor(BigInt64Array.of(BigInt(rank), -1n)),
    kernel: tensor(BigInt64Array.of(6n, 2n, 3n, 3n)),
    columns: tensor(BigInt64Array.of(6n, BigInt(rank))),
  },
  nodes: [
    nodeOf('Reshape', ['cnn.lora_A.weight', 'flat'], ['cnn A']),
    nodeOf('Reshape', ['cnn.lora_B.weight', 'columns'], ['cnn B']),
    ...product('cnn', 'cnn.weight', ['cnn A', 'cnn B'], false),
    ...product('embed', 'embed.weight', ['embed.lora_embedding_A', 'embed.lora_embedding_B'], true),
    ...product('layer.q_proj', 'layer.q_proj.weight'),
    ...product('layer.v_proj', 'onnx::MatMul_7', undefined, true),
    ...product('out', 'out.weight'),
    ...parts.nodes.map((node) => ({
      ...node,
      input: node.input.map((name) =>
        Object.hasOwn(weights, name) && !/norm|bias/.test(name) ? `${name} adapted` : name,
      ),
    })),
  ],
};

function product(
  module: string,
  name: string,
  [a, b]: readonly [string, string] = [`${module}.lora_A.weight`, `${module}.lora_B.weight`],
  transposed = false,
) {
  const isConv = module === 'cnn';
  return [
    nodeOf('MatMul', [b, a], [`${name} BA`]),
    nodeOf('Mul', [`${name} BA`, 'scale'], [`${name} scaled`]),
    transposed
      ? nodeOf('Transpose', [`${name} scaled`], [`${name} delta`], { perm: ints([1, 0]) })
      : isConv
        ? nodeOf('Reshape', [`${name} scaled`, 'kernel'], [`${name} delta`])
        : nodeOf('Identity', [`${name} scaled`], [`${name} delta`]),
    nodeOf('Add', [name, `${name} delta`], [`${name} adapted`]),
  ];
}
