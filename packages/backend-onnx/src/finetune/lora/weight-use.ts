import { intAttribute, type Node, type Value } from '@forge-ml/onnx/graph';
import { type SeenWeight, weightBehind } from './weight-behind.js';

/** How an operator uses a weight that can have an adapter. */
export interface WeightUse extends SeenWeight {
  readonly kind: 'linear' | 'conv' | 'embedding';
  /** What the operator reads as its weight. */
  readonly operand: Value;
  /** What it multiplies with the weight, or looks up in it. */
  readonly x: Value;
  /** Features that it reads and returns; of an embedding, the rows and the size of each. */
  readonly in: number;
  readonly out: number;
  /** Whether `in` is the first dimension of the stored weight. */
  readonly inFirst: boolean;
}

/**
 * The use of a weight by a node: MatMul, MatMulNBits, Gemm and Conv of any kernel, and Gather of rows; undefined for
 * others.
 */
export function weightUseOf(node: Node): WeightUse | undefined {
  const [first, second] = node.inputs;
  if (node.op === 'MatMulNBits') return quantizedUseOf(node);
  if (node.domain !== '' || !first || !second) return undefined;
  /** @param outFirst whether `out` is the first dimension of the operand */
  const use = (kind: WeightUse['kind'], operand: Value, x: Value, outFirst: boolean): WeightUse | undefined => {
    const seen = weightBehind(operand);
    const [size, out] = outFirst ? [operand.shape[1], operand.shape[0]] : operand.shape;
    if (seen === undefined || typeof size !== 'number' || typeof out !== 'number') return undefined;
    return { ...seen, kind, operand, x, in: size, out, inFirst: outFirst === seen.transposed };
  };
  switch (node.op) {
    case 'MatMul':
      return second.shape.length === 2 ? use('linear', second, first, false) : undefined;
    case 'Gemm':
      if (intAttribute(node, 'transA', 0) === 1) return undefined;
      return use('linear', second, first, intAttribute(node, 'transB', 0) === 1);
    case 'Conv':
      return intAttribute(node, 'group', 1) === 1 ? use('conv', second, first, true) : undefined;
    case 'Gather':
      if (first.shape.length !== 2 || intAttribute(node, 'axis', 0) !== 0) return undefined;
      return use('embedding', first, second, false);
    default:
      return undefined;
  }
}

/** Weights of 4 or 8 bits in blocks are stored as [out, blocks, bytes of a block]. */
function quantizedUseOf(node: Node): WeightUse | undefined {
  const [x, operand] = node.inputs;
  const seen = weightBehind(operand);
  const [size, out] = [intAttribute(node, 'K', 0), intAttribute(node, 'N', 0)];
  if (!x || !operand || seen === undefined) return undefined;
  return { ...seen, plain: false, kind: 'linear', operand, x, in: size, out, inFirst: false };
}
