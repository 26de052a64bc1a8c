import { dtypeOfCode } from '../../proto/data-types.js';
import type { DType } from '../../tensor/tensor.js';
import { sameDim } from '../ir/broadcast.js';
import { addDims, ceilDivideDims } from '../ir/dims.js';
import type { Value } from '../ir/graph.js';
import { describeType, type TensorType } from '../ir/types.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, fourBits } from './dtypes.js';
import { convolutionShape, matMulShape } from './linear.js';

/** What QuantizeLinear writes, and DequantizeLinear reads besides int32. */
const quantized = ['int8', 'uint8', 'int16', 'uint16', ...fourBits] as const satisfies DType[];
const bytes = ['int8', 'uint8'] as const satisfies DType[];

/**
 * Checks that a scale, or a zero point, is one number, one for each index of `axis`, or one for each block of
 * `block_size` elements along it.
 */
function checkScale(node: Draft, x: Value, scale: Value, what: string): void {
  const block = node.int('block_size', 0);
  const isSingle = scale.shape.every((dim) => dim === 1);
  if (scale.shape.length === 0 || (isSingle && scale.shape.length < 2 && block === 0)) return;
  const axis = node.axis(node.int('axis', 1), x.shape.length);
  const wanted = block === 0 ? [x.shape[axis]!] : x.shape.with(axis, ceilDivideDims(x.shape[axis]!, block));
  const fits =
    scale.shape.length === wanted.length && wanted.every((dim, at) => sameDim(dim, scale.shape[at]!) !== undefined);
  if (!fits) node.fail(`${what} is ${describeType(scale)}, not of the shape [${wanted.join(', ')}]`);
}

function checkZeroPoint(node: Draft, x: Value, zero: Value | undefined, dtype: DType, scale: Value): void {
  if (zero === undefined) return;
  if (zero.dtype !== dtype) node.fail(`its zero point is of ${zero.dtype}, not ${dtype}`);
  if (zero.shape.length > 0 || scale.shape.length > 0) checkScale(node, x, zero, 'its zero point');
}

function statedDtype(node: Draft): DType | undefined {
  const code = node.int('output_dtype', 0);
  return code === 0 ? undefined : (dtypeOfCode(code) ?? node.fail('its output_dtype is not a supported dtype'));
}

const quantizeLinear: InferenceRule = (node) => {
  const [x, scale, zero] = [node.input(0), node.input(1), node.optional(2)];
  node.oneOf(x, [...floats, 'int32']);
  node.oneOf(scale, [...floats, 'int32'], 'its scale');
  const dtype = zero?.dtype ?? statedDtype(node) ?? 'uint8';
  if (!(quantized as readonly DType[]).includes(dtype)) node.fail(`it cannot quantize to ${dtype}`);
  checkScale(node, x, scale, 'its scale');
  checkZeroPoint(node, x, zero, dtype, scale);
  return [{ dtype, shape: x.shape }];
};

const dequantizeLinear: InferenceRule = (node) => {
  const [x, scale, zero] = [node.input(0), node.input(1), node.optional(2)];
  const dtype = node.oneOf(x, [...quantized, 'int32']);
  node.oneOf(scale, floats, 'its scale');
  checkScale(node, x, scale, 'its scale');
  checkZeroPoint(node, x, zero, dtype, scale);
  return [{ dtype: statedDtype(node) ?? scale.dtype, shape: x.shape }];
};

/** x, its scale and its zero point are the inputs from `at` on. */
function quantizedInput(node: Draft, at: number, what: string): Value {
  const x = node.input(at);
  node.oneOf(x, bytes, what);
  node.oneOf(node.input(at + 1), floats, `the scale of ${what}`);
  if (node.input(at + 2).dtype !== x.dtype) node.fail(`the zero point of ${what} is not of ${x.dtype}`);
  return x;
}

export const quantizedRules: Record<string, InferenceRule> = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,

  /** y, its scale and its zero point. */
  DynamicQuantizeLinear(node): readonly TensorType[] {
    const x = node.input(0);
    node.oneOf(x, ['float32']);
    return [
      { dtype: 'uint8', shape: x.shape },
      { dtype: 'float32', shape: [] },
      { dtype: 'uint8', shape: [] },
    ];
  },

  MatMulInteger(node) {
    const [a, b] = [node.input(0), node.input(1)];
    node.oneOf(a, bytes, 'its first input');
    node.oneOf(b, bytes, 'its second input');
    return [{ dtype: 'int32', shape: matMulShape(node, a, b) }];
  },

  ConvInteger(node) {
    const [x, weights] = [node.input(0), node.input(1)];
    node.oneOf(x, bytes);
    node.oneOf(weights, bytes, 'its weights');
    return [{ dtype: 'int32', shape: convolutionShape(node, x, weights, undefined) }];
  },

  QLinearMatMul(node) {
    const [a, b] = [quantizedInput(node, 0, 'its first input'), quantizedInput(node, 3, 'its second input')];
    return [{ dtype: node.oneOf(node.input(7), bytes, 'its zero point'), shape: matMulShape(node, a, b) }];
  },

  QLinearConv(node) {
    const [x, weights] = [quantizedInput(node, 0, 'its input'), quantizedInput(node, 3, 'its weights')];
    const bias = node.optional(8);
    if (bias) node.oneOf(bias, ['int32'], 'its bias');
    const dtype = node.oneOf(node.input(7), bytes, 'its zero point');
    return [{ dtype, shape: convolutionShape(node, x, weights, bias) }];
  },
};

/** One quantized operand, whose type and shape the output has. */
const quantizedUnary: InferenceRule = (node) => {
  const x = node.input(0);
  return [{ dtype: node.oneOf(x, bytes), shape: x.shape }];
};

const quantizedBinary: InferenceRule = (node) => {
  const [a, b] = [node.input(0), node.input(3)];
  node.oneOf(a, bytes);
  return [{ dtype: node.sameDtype([a, b]), shape: node.broadcast(a, b) }];
};

/** Operators of ONNX Runtime's own domain, com.microsoft. */
export const microsoftQuantizedRules: Record<string, InferenceRule> = {
  // From before ONNX had them for 4 and 16 bits.
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,

  /** a [… , K] · Wᵀ, with W [N, K] quantized in blocks of `block_size` elements of a row. */
  MatMulNBits(node) {
    const [a, weights, scales] = [node.input(0), node.input(1), node.input(2)];
    const [k, n] = [node.int('K', 0), node.int('N', 0)];
    const [bits, block] = [node.int('bits', 4), node.int('block_size', 0)];
    if (![2, 4, 8].includes(bits)) node.fail(`it has ${bits} bits`);
    if (block < 1) node.fail('its block_size is missing');
    node.oneOf(a, floats);
    node.oneOf(weights, ['uint8', 'int32'], 'its weights');
    if (scales.dtype !== a.dtype) node.fail(`its scales are of ${scales.dtype}, not ${a.dtype}`);
    if (a.shape.length === 0 || sameDim(a.shape.at(-1)!, k) === undefined) node.fail(`its K is ${k}`);
    const count = n * Math.ceil(k / block);
    if (scales.shape.every((dim) => typeof dim === 'number') && sizeOfShape(scales.shape) !== count) {
      node.fail(`its scales are ${describeType(scales)}, not ${count} numbers`);
    }
    return [{ dtype: a.dtype, shape: [...a.shape.slice(0, -1), n] }];
  },

  QLinearAdd: quantizedBinary,
  QLinearMul: quantizedBinary,
  QLinearSigmoid: quantizedUnary,
  QLinearLeakyRelu: quantizedUnary,
  QLinearSoftmax: quantizedUnary,

  QLinearGlobalAveragePool(node) {
    const x = node.input(0);
    const spatial = node.int('channels_last', 0) === 0 ? [2, x.shape.length] : [1, x.shape.length - 1];
    const shape = x.shape.map((size, axis) => (axis >= spatial[0]! && axis < spatial[1]! ? 1 : size));
    return [{ dtype: node.oneOf(x, bytes), shape }];
  },

  QLinearConcat(node) {
    const parts = node.inputs.slice(2).flatMap((_, at) => (at % 3 === 0 ? [node.input(2 + at)] : []));
    const first = parts[0] ?? node.fail('it has no operand');
    const axis = node.axis(node.int('axis', 0), first.shape.length);
    const size = parts.slice(1).reduce((sum, { shape }) => addDims(sum, shape[axis]!), first.shape[axis]!);
    return [{ dtype: node.sameDtype(parts), shape: first.shape.with(axis, size) }];
  },

  QGemm(node) {
    const [a, b] = [node.input(0), node.input(3)];
    node.rank(a, 2, 'its first input');
    node.rank(b, 2, 'its second input');
    const rows = a.shape[node.int('transA', 0) === 0 ? 0 : 1]!;
    const columns = b.shape[node.int('transB', 0) === 0 ? 1 : 0]!;
    // Without a scale of the output, it stays real.
    return [{ dtype: node.optional(7) ? node.oneOf(a, bytes) : 'float32', shape: [rows, columns] }];
  },

  /** A of real numbers, that it rounds to 8 bits; B with its scale, its zero point and a bias. */
  DynamicQuantizeMatMul(node) {
    const [a, b, scale, bias] = [node.input(0), node.input(1), node.input(2), node.optional(4)];
    node.oneOf(a, ['float32']);
    node.oneOf(b, bytes, 'its second input');
    return realProduct(node, a, b, [scale], bias);
  },

  /** A and B, their scales, their zero points, and a bias. */
  MatMulIntegerToFloat(node) {
    const [a, b, bias] = [node.input(0), node.input(1), node.optional(6)];
    node.oneOf(a, bytes, 'its first input');
    node.oneOf(b, bytes, 'its second input');
    return realProduct(node, a, b, [node.input(2), node.input(3)], bias);
  },

  /** Rows (or other parts) of a table quantized in blocks. */
  GatherBlockQuantized(node) {
    const [data, indices, scales] = [node.input(0), node.input(1), node.input(2)];
    node.oneOf(indices, ['int32', 'int64'], 'its indices');
    const axis = node.axis(node.int('gather_axis', 0), data.shape.length);
    const last = data.shape.length - 1;
    // Bytes hold two elements where they are of 4 bits.
    const packed = data.dtype === 'uint8' && node.int('bits', 4) === 4;
    const shape = packed ? data.shape.with(last, doubled(node, data.shape[last]!)) : data.shape;
    return [{ dtype: scales.dtype, shape: shape.toSpliced(axis, 1, ...indices.shape) }];
  },
};

function realProduct(node: Draft, a: Value, b: Value, scales: readonly Value[], bias: Value | undefined): TensorType[] {
  const shape = matMulShape(node, a, b);
  const dtype = node.sameDtype([...scales, bias]);
  if (bias !== undefined) node.fitsInto(bias, shape, 'its bias');
  node.oneOf(scales[0]!, floats, 'its scale');
  return [{ dtype, shape }];
}

function doubled(node: Draft, dim: number | string): number {
  return typeof dim === 'number' ? 2 * dim : node.fail('the size of its rows is not known');
}

function sizeOfShape(shape: readonly (number | string)[]): number {
  return shape.reduce<number>((product, dim) => product * Number(dim), 1);
}
