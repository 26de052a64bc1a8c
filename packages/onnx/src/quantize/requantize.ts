import { invalidModel } from '../errors/onnx-error.js';
import type { Node, Value } from '../graph/ir/graph.js';
import { intAttribute } from '../graph/ir/read-attributes.js';
import { numbersOf, tensorOf } from '../tensor/numbers.js';
import { isPacked, unpacked } from '../tensor/packed.js';
import { type AnyTensor, sizeOf } from '../tensor/tensor.js';
import { quantizeMatrix, roundAway } from './quantize-matrix.js';
import { forMatMulNBits } from './weight-formats.js';

/** The constants that a node reads a quantized weight from: its inputs 1 to 3 of MatMulNBits, 0 to 2 of DequantizeLinear. */
export interface QuantizedTensors {
  readonly codes: AnyTensor;
  readonly scales: AnyTensor;
  /** undefined where the node has none. */
  readonly zeros: AnyTensor | undefined;
}

/** A quantized weight of a node, as numbers. */
export interface RestoredWeight {
  /** [N, K] of MatMulNBits; of DequantizeLinear in the shape of its codes. */
  readonly values: Float64Array;
  /** Quantizes numbers of the same shape with the same bits, blocks and types. Rounding errors are at most half a step. */
  requantized(values: Float64Array): QuantizedTensors;
}

/** Whether the node has a quantized weight that `restoredWeight` reads. */
export function hasQuantizedWeight({ op, inputs }: Node): boolean {
  const codes = op === 'MatMulNBits' ? inputs[1] : op === 'DequantizeLinear' ? inputs[0] : undefined;
  return codes != null && dataOf(codes) !== undefined;
}

/**
 * The weight of a MatMulNBits or DequantizeLinear whose codes, scales and zero points are constants or parameters.
 * @throws OnnxError MODEL_INVALID for other types of codes, columns that are grouped by an index, and other nodes
 */
export function restoredWeight(node: Node): RestoredWeight {
  return node.op === 'MatMulNBits' ? ofMatMulNBits(node) : ofDequantizeLinear(node);
}

function ofMatMulNBits(node: Node): RestoredWeight {
  const [n, k] = [intAttribute(node, 'N', 0), intAttribute(node, 'K', 0)];
  const [bits, block] = [intAttribute(node, 'bits', 4), intAttribute(node, 'block_size', 0)];
  const { codes, scales, zeros } = tensorsAt(node, 1);
  if ((bits !== 4 && bits !== 8) || codes.dtype !== 'uint8' || node.inputs[4]) throw refused(node);
  const blocks = Math.ceil(k / block);
  const whole = bits === 4 ? unpacked(codes.bytes, n * blocks * block, 'uint4') : codes.bytes;
  const steps = numbersOf(scales);
  const zeroAt = zeroPoints(zeros, n, blocks, bits);
  const values = new Float64Array(n * k);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < k; column++) {
      const place = row * blocks + Math.floor(column / block);
      values[row * k + column] = (whole[row * blocks * block + column]! - zeroAt(place)) * Number(steps[place]);
    }
  }
  const half = scales.dtype === 'float16';
  return {
    values,
    requantized(values) {
      const options = { bits, block, symmetric: zeros === undefined, half } as const;
      const matrix = quantizeMatrix({ values: Float32Array.from(values), k, n, transposed: true }, options);
      const made = forMatMulNBits({ ...options, name: '', k, n, transposed: true, matrix });
      const like = (data: AnyTensor, before: AnyTensor) => ({ ...data, shape: before.shape });
      const isSame = zeros?.dtype === 'uint8';
      return {
        codes: like(made.codes, codes),
        scales: like(made.scales, scales),
        zeros: zeros && (isSame ? like(made.zeros, zeros) : made.zeros),
      };
    },
  };
}

function zeroPoints(zeros: AnyTensor | undefined, n: number, blocks: number, bits: 4 | 8): (place: number) => number {
  if (zeros === undefined) return () => 2 ** (bits - 1);
  if (zeros.dtype !== 'uint8') {
    const numbers = numbersOf(zeros);
    return (place) => Number(numbers[place]);
  }
  if (bits === 8) return (place) => zeros.bytes[place]!;
  const even = blocks + (blocks % 2);
  const whole = unpacked(zeros.bytes, n * even, 'uint4');
  return (place) => whole[Math.floor(place / blocks) * even + (place % blocks)]!;
}

/** The least and the greatest code. */
const bounds = { int4: [-8, 7], uint4: [0, 15], int8: [-128, 127], uint8: [0, 255] } as const;

function ofDequantizeLinear(node: Node): RestoredWeight {
  const { codes, scales, zeros } = tensorsAt(node, 0);
  const { dtype, shape } = codes;
  if (!(dtype in bounds)) throw refused(node);
  const count = sizeOf(shape);
  const whole = isPacked(dtype) ? unpacked(codes.bytes, count, dtype) : numbersOf(codes);
  const [lowest, highest] = rangeOf(whole, dtype as keyof typeof bounds);
  const groupOf = groups(node, shape, scales);
  const steps = Float64Array.from(numbersOf(scales), Number);
  const zero = zeros === undefined ? steps.map(() => 0) : Float64Array.from(numbersOf(zeros), Number);
  const values = Float64Array.from({ length: count }, (_, at) => {
    const group = groupOf(at);
    return (Number(whole[at]) - zero[group]!) * steps[group]!;
  });
  /** Of a symmetric weight: those of all groups are in the middle of the range. */
  const middle = lowest === 0 ? (highest + 1) / 2 : 0;
  const isFixed = zeros === undefined || zero.every((value) => value === middle);
  return {
    values,
    requantized(values) {
      const [low, high] = [new Float64Array(steps.length), new Float64Array(steps.length)];
      for (const [at, value] of values.entries()) {
        const group = groupOf(at);
        low[group] = Math.min(low[group]!, value);
        high[group] = Math.max(high[group]!, value);
      }
      const points = zero.slice();
      const scale = steps.map((_, group) => {
        if (!isFixed) return (high[group]! - low[group]!) / (highest - lowest);
        const [below, above] = [lowest - zero[group]!, highest - zero[group]!];
        return Math.max(above > 0 ? high[group]! / above : 0, below < 0 ? low[group]! / below : 0);
      });
      // A scale of zero would lose what else is in its units, such as a bias.
      for (const [group, value] of scale.entries()) if (value === 0) scale[group] = steps[group]!;
      const stored = Float64Array.from(numbersOf(tensorOf(Array.from(scale), scales.dtype, scales.shape)), Number);
      const clipped = (code: number) => Math.min(highest, Math.max(lowest, code));
      if (!isFixed) {
        for (const [group, step] of stored.entries()) {
          points[group] = step === 0 ? 0 : clipped(lowest + roundAway(-low[group]! / step));
        }
      }
      const made = Array.from(values, (value, at) => {
        const group = groupOf(at);
        return stored[group] === 0 ? points[group]! : clipped(roundAway(value / stored[group]!) + points[group]!);
      });
      return {
        codes: tensorOf(made, dtype, shape),
        scales: tensorOf(Array.from(scale), scales.dtype, scales.shape),
        zeros: zeros && tensorOf(Array.from(points), zeros.dtype, zeros.shape),
      };
    },
  };
}

/**
 * The least and the greatest code to use: half the range of 8 bits where no code is outside of it, as the option
 * reduce_range of ONNX Runtime's tools writes for processors whose products of 8 bits overflow 16.
 */
function rangeOf(codes: ArrayLike<number>, dtype: keyof typeof bounds): readonly [number, number] {
  const half = { int8: [-64, 64], uint8: [0, 127] } as const;
  if (dtype !== 'int8' && dtype !== 'uint8') return bounds[dtype];
  const [lowest, highest] = half[dtype];
  const isReduced = Array.prototype.every.call(codes, (code: number) => code >= lowest && code <= highest);
  return isReduced ? half[dtype] : bounds[dtype];
}

/** Which scale an element has, by its index. */
function groups(node: Node, shape: readonly number[], scales: AnyTensor): (at: number) => number {
  if (sizeOf(scales.shape) === 1) return () => 0;
  const given = intAttribute(node, 'axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  const block = intAttribute(node, 'block_size', 0);
  const inner = sizeOf(shape.slice(axis + 1));
  const size = shape[axis]!;
  if (block === 0) return (at) => Math.floor(at / inner) % size;
  const blocks = scales.shape[axis]!;
  return (at) => {
    const [outer, rest] = [Math.floor(at / (inner * size)), at % (inner * size)];
    return (outer * blocks + Math.floor(Math.floor(rest / inner) / block)) * inner + (rest % inner);
  };
}

function tensorsAt(node: Node, first: number): QuantizedTensors {
  const [codes, scales] = [first, first + 1].map((at) => {
    const data = node.inputs[at] && dataOf(node.inputs[at]);
    if (!data) throw refused(node);
    return data;
  }) as [AnyTensor, AnyTensor];
  const zero = node.inputs[first + 2];
  const zeros = zero ? dataOf(zero) : undefined;
  if (zero && zeros === undefined) throw refused(node);
  return { codes, scales, zeros };
}

function dataOf(value: Value): AnyTensor | undefined {
  if (value.kind === 'node' && value.node.op === 'Identity') return dataOf(value.node.inputs[0]!);
  return value.kind === 'constant' ? value.data : value.kind === 'parameter' ? value.initial : undefined;
}

function refused({ op, origin }: Node) {
  return invalidModel(`The weight of ${origin ?? op} cannot be quantized again.`, origin ?? op);
}
