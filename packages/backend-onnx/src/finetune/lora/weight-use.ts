import { intAttribute, isTyped, type Node, type Value } from '@forge-ml/onnx/graph';
import { type IntegerProduct, integerProductOf } from './integer-product.js';
import { type SeenWeight, weightBehind } from './weight-behind.js';

/** How an operator uses a weight that can have an adapter. */
export interface WeightUse extends SeenWeight {
  readonly kind: 'linear' | 'conv' | 'embedding';
  /** The node that reads the weight: the same, or of whole numbers the one whose output it makes real. */
  readonly reader: Node;
  /** What the operator reads as its weight. */
  readonly operand: Value;
  /** What it multiplies with the weight, or looks up in it. */
  readonly x: Value;
  /** Features that it reads and returns; of an embedding, the rows and the size of each. */
  readonly in: number;
  readonly out: number;
  /** Whether `in` is the first dimension of the stored weight. */
  readonly inFirst: boolean;
  /** Of operators of whole numbers. */
  readonly integers?: IntegerProduct;
}

/**
 * The use of a weight by a node: MatMul, MatMulNBits, Gemm and Conv of any kernel, and Gather of rows, all of real or of
 * whole numbers; undefined for others.
 */
export function weightUseOf(node: Node): WeightUse | undefined {
  const integers = integerProductOf(node);
  if (integers !== undefined) {
    const use = useOf(integers.node, integers.codes, integers.x);
    return use && { ...use, plain: false, integers };
  }
  if (node.op === 'MatMulNBits') return quantizedUseOf(node);
  const [first, second] = node.inputs;
  if (node.domain !== '' || !first || !second || !floating.has(node.op)) return undefined;
  return node.op === 'Gather' ? rowsOf(node, first, second) : useOf(node, second, first);
}

/**
 * The uses of weights by nodes, but for a weight whose rows are looked up as whole numbers that something else reads than
 * a DequantizeLinear: a merged adapter would not be all that changes.
 */
export function weightUsesIn(nodes: readonly Node[]): readonly (WeightUse & { readonly node: Node })[] {
  const uses = nodes.flatMap((node) => {
    const use = weightUseOf(node);
    return use === undefined ? [] : [{ ...use, node }];
  });
  const ends = new Set(uses.map(({ node }) => node));
  const looked = new Set(uses.flatMap(({ kind, integers }) => (kind === 'embedding' && integers ? integers.node : [])));
  const refused = new Set<Value>();
  for (const node of nodes) {
    for (const value of node.inputs) {
      const isRead = value?.kind === 'node' && looked.has(value.node) && !ends.has(node);
      if (isRead) refused.add(weightBehind(value.node.inputs[0])!.weight);
    }
  }
  return refused.size === 0 ? uses : uses.filter(({ weight }) => !refused.has(weight));
}

const floating: ReadonlySet<string> = new Set(['MatMul', 'Gemm', 'Conv', 'Gather']);

/** Rows of whole numbers are what they stand for only after a DequantizeLinear. */
function rowsOf(node: Node, table: Value, rows: Value): WeightUse | undefined {
  const [y] = node.outputs;
  return y && isTyped(y) && /float/.test(y.dtype) ? useOf(node, table, rows) : undefined;
}

/** @param operand what the node reads as its weight */
function useOf(node: Node, operand: Value, x: Value): WeightUse | undefined {
  const rank = operand.shape.length;
  /** @param outFirst whether `out` is the first dimension of the operand */
  const use = (kind: WeightUse['kind'], outFirst: boolean): WeightUse | undefined => {
    const seen = weightBehind(operand);
    const [size, out] = outFirst ? [operand.shape[1], operand.shape[0]] : operand.shape;
    if (seen === undefined || typeof size !== 'number' || typeof out !== 'number') return undefined;
    return { ...seen, kind, reader: node, operand, x, in: size, out, inFirst: outFirst === seen.transposed };
  };
  switch (node.op) {
    case 'Gemm':
    case 'QGemm':
      if (intAttribute(node, 'transA', 0) === 1) return undefined;
      return use('linear', intAttribute(node, 'transB', 0) === 1);
    case 'Conv':
    case 'ConvInteger':
    case 'QLinearConv':
      return intAttribute(node, 'group', 1) === 1 ? use('conv', true) : undefined;
    case 'Gather':
      return rank === 2 && intAttribute(node, 'axis', 0) === 0 ? use('embedding', false) : undefined;
    default:
      return rank === 2 ? use('linear', false) : undefined;
  }
}

/** Weights of 4 or 8 bits in blocks are stored as [out, blocks, bytes of a block]. */
function quantizedUseOf(node: Node): WeightUse | undefined {
  const [x, operand] = node.inputs;
  const seen = weightBehind(operand);
  const [size, out] = [intAttribute(node, 'K', 0), intAttribute(node, 'N', 0)];
  if (!x || !operand || seen === undefined) return undefined;
  return { ...seen, plain: false, kind: 'linear', reader: node, operand, x, in: size, out, inFirst: false };
}
