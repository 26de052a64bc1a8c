import { expect } from 'chai';
import { int } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { constant, input } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { tensorOf } from '../tensor/numbers.js';
import type { AnyTensor, DType } from '../tensor/tensor.js';
import { quantizeMatrix } from './quantize-matrix.js';
import { type QuantizedTensors, restoredWeight } from './requantize.js';
import { forMatMulNBits } from './weight-formats.js';

const [n, k, block] = [3, 40, 16];
const values = Float32Array.from({ length: n * k }, (_, at) => Math.sin((at + 1) * 1.7) + (at < k ? 0.4 : 0));

function nbits(bits: 4 | 8, symmetric: boolean, half: boolean) {
  const options = { bits, block, symmetric, half } as const;
  const matrix = quantizeMatrix({ values, k, n, transposed: true }, options);
  const made = forMatMulNBits({ ...options, name: 'w', k, n, transposed: true, matrix });
  return node({ ...made, zeros: symmetric ? undefined : made.zeros }, bits);
}

function node({ codes, scales, zeros }: QuantizedTensors, bits: 4 | 8) {
  const x = input('x', scales.dtype as 'float32', [2, k]);
  const inputs = [x, constant(codes), constant(scales), zeros ? constant(zeros) : null];
  const attributes = { K: int(k), N: int(n), bits: int(bits), block_size: int(block) };
  return makeNode({ op: 'MatMulNBits', domain: 'com.microsoft', inputs, attributes })[0]!.node;
}

function dequantize(
  codes: AnyTensor,
  scales: AnyTensor,
  zeros: AnyTensor | undefined,
  attributes: Record<string, number>,
) {
  const inputs: Value[] = [codes, scales, ...(zeros ? [zeros] : [])].map(constant);
  const named = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, int(value)]));
  return makeNode({ op: 'DequantizeLinear', inputs, attributes: named })[0]!.node;
}

const bytesOf = (data: AnyTensor | undefined) => data && Array.from(data.bytes);
const whole = (count: number, dtype: DType) =>
  Array.from({ length: count }, (_, at) => ((at * 7) % 15) - (dtype.startsWith('u') ? 0 : 7));

describe('quantizing a weight again', () => {
  for (const [name, make] of Object.entries({
    'MatMulNBits of 4 bits': () => nbits(4, false, false),
    'MatMulNBits of 4 bits without zero points': () => nbits(4, true, false),
    'MatMulNBits of 8 bits, scales of float16': () => nbits(8, false, true),
    'a scale for all': () =>
      dequantize(tensorOf(whole(12, 'int8'), 'int8', [3, 4]), tensorOf([0.1], 'float32', []), undefined, {}),
    'a scale for each column': () =>
      dequantize(
        tensorOf(whole(12, 'uint8'), 'uint8', [4, 3]),
        tensorOf([0.1, 0.2, 0.3], 'float32', [3]),
        tensorOf([7, 9, 6], 'uint8', [3]),
        { axis: 1 },
      ),
    'a scale for each block': () =>
      dequantize(
        tensorOf(whole(16, 'int4'), 'int4', [4, 4]),
        tensorOf([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], 'float32', [2, 4]),
        undefined,
        { axis: 0, block_size: 2 },
      ),
  })) {
    it(`is within half a step of the change, and repeats itself: ${name}`, () => {
      const before = make();
      const weight = restoredWeight(before);
      const changed = weight.values.map((value, at) => value + 0.3 * Math.cos(at));
      const made = weight.requantized(changed);
      const again = restoredWeight(
        before.op === 'MatMulNBits'
          ? node(made, before.attributes.bits!.value as 4 | 8)
          : makeNode({
              op: 'DequantizeLinear',
              inputs: [made.codes, made.scales, ...(made.zeros ? [made.zeros] : [])].map(constant),
              attributes: before.attributes,
            })[0]!.node,
      );
      const widest = changed.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const levels = /int4/.test(made.codes.dtype) || before.attributes.bits?.value === 4 ? 16 : 256;
      const step = (2.2 * widest) / (levels - 2);
      for (const [at, value] of changed.entries()) expect(again.values[at]).to.be.closeTo(value, step);
      expect([made.codes.dtype, made.codes.shape, made.scales.shape]).to.deep.equal([
        ...[before.inputs[before.op === 'MatMulNBits' ? 1 : 0]!].flatMap(({ dtype, shape }) => [dtype, shape]),
        before.inputs[before.op === 'MatMulNBits' ? 2 : 1]!.shape,
      ]);
      const { codes } = again.requantized(again.values);
      const moved = bytesOf(codes)!.filter((code, at) => code !== made.codes.bytes[at]).length;
      expect(moved).to.be.at.most(codes.bytes.length / 4);
    });
  }

  it('refuses other types', () => {
    const node = dequantize(tensorOf([1, 2], 'int32', [2]), tensorOf([0.1], 'float32', []), undefined, {});
    expect(() => restoredWeight(node)).to.throw('The weight of DequantizeLinear cannot be quantized again.');
  });
});
