import type { Node, ParameterValue, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute, intsAttribute } from '../graph/ir/read-attributes.js';
import { constant } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { add } from '../ops/elementwise.js';
import { reshape } from '../ops/shape.js';
import { isPacked } from '../tensor/packed.js';
import { type AnyTensor, sizeOf } from '../tensor/tensor.js';
import {
  matrixOfDequantizeLinear,
  matrixOfMatMulNBits,
  type QuantizedMatrix,
  unpackedCodes,
} from './quantized-matrix.js';
import { quantizedProduct } from './quantized-product.js';

/**
 * A rewrite of graphs for the CPU, whose quantized weights are given at run time, for several graphs to share: products
 * restore a part of a weight at a time. ONNX Runtime is fast with weights that are constants, of which it packs a copy
 * for each graph. Others it restores as a whole in each run, into memory that it asks the system for: this may take
 * longer than everything else.
 * @param bytes parameters, uint8, with the bytes of constants of 4 bits: no graph has inputs of that type
 */
export function quantizedProducts(
  bytes: ReadonlyMap<Value, ParameterValue> = new Map(),
): (node: Node) => readonly Value[] | undefined {
  /** What was restored of weights that were constants. */
  const restored = new Map<Value, QuantizedMatrix>();
  const matrixOf = (value: Value): QuantizedMatrix | undefined => {
    if (value.kind !== 'node') return undefined;
    const { node } = value;
    if (node.op !== 'DequantizeLinear' || node.domain !== '') return restored.get(value);
    return (
      restored.get(value) ?? (isGiven(node.inputs[0]) ? matrixOfDequantizeLinear(node, () => undefined) : undefined)
    );
  };
  /** Small ones are constants of each graph. */
  const bytesOf = (value: Value): Value | undefined => {
    const isSmall = value.kind === 'constant' && isPacked(value.dtype);
    return bytes.get(value) ?? (isSmall ? asBytes(value.data) : undefined);
  };
  return (node) => {
    if (node.op === 'MatMulNBits' && node.domain === 'com.microsoft') return ofMatMulNBits(node);
    if (node.domain !== '') return undefined;
    if (node.op === 'DequantizeLinear') {
      const [x, , zero] = node.inputs;
      if (!x || !bytes.has(x) || (zero && !bytesOf(zero))) return undefined;
      const value = fromBytes(node, bytesOf);
      const matrix = matrixOfDequantizeLinear(node, bytesOf);
      if (matrix) restored.set(value, matrix);
      return [value];
    }
    return node.op === 'MatMul' || node.op === 'Gemm' ? ofRestored(node, matrixOf) : undefined;
  };
}

function ofMatMulNBits(node: Node): readonly Value[] | undefined {
  const [x] = node.inputs;
  const matrix = matrixOfMatMulNBits(node);
  if (x?.dtype !== 'float32' || x.shape.length < 2 || !matrix || !isGiven(matrix.codes)) return undefined;
  const y = quantizedProduct(x, matrix, 'columns');
  const bias = node.inputs[5];
  return [bias ? add(y, bias) : y];
}

/** A product with a weight that DequantizeLinear restores. */
function ofRestored(node: Node, matrixOf: (value: Value) => QuantizedMatrix | undefined): readonly Value[] | undefined {
  const [x, second, bias] = node.inputs;
  if (x?.dtype !== 'float32' || x.shape.length < 2 || second?.kind !== 'node') return undefined;
  const isPlain =
    intAttribute(node, 'transA', 0) === 0 &&
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1;
  if (!isPlain) return undefined;
  const isTransposed = second.node.op === 'Transpose' && second.node.domain === '';
  const isTurned = isTransposed && (intsAttribute(second.node, 'perm') ?? [1, 0])[0] === 1;
  const matrix = matrixOf(isTransposed ? second.node.inputs[0]! : second);
  if (matrix === undefined) return undefined;
  const isOverColumns = isTurned !== (intAttribute(node, 'transB', 0) === 1);
  const y = quantizedProduct(x, matrix, isOverColumns ? 'columns' : 'rows');
  return [bias ? add(y, bias) : y];
}

function isGiven(value: Value | null | undefined): boolean {
  return value?.kind === 'parameter' || value?.kind === 'input';
}

/** A DequantizeLinear of numbers of 4 bits that are given as bytes. */
function fromBytes(node: Node, bytesOf: (value: Value) => Value | undefined): Value {
  const [x, scale, zero] = node.inputs as readonly [Value, Value, (Value | null)?];
  const signed = x.dtype === 'int4';
  const whole = (value: Value) => {
    const shape = value.shape as readonly number[];
    return reshape(unpackedCodes(bytesOf(value)!, sizeOf(shape), signed), shape);
  };
  const zeros = zero ? whole(zero) : signed ? middles(scale) : null;
  return makeNode({ ...node, inputs: [whole(x), scale, zeros], outputs: 1 })[0]!;
}

/** Zero points of int4 that are 8 greater, as its numbers are. */
function middles(scale: Value): Value {
  const shape = scale.shape as readonly number[];
  return constant({ dtype: 'uint8', shape, bytes: new Uint8Array(sizeOf(shape)).fill(8) });
}

function asBytes({ bytes }: AnyTensor): Value {
  return constant({ dtype: 'uint8', shape: [bytes.length], bytes });
}
