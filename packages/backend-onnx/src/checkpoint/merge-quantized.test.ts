import { restoredWeight } from '@forge-ml/onnx';
import { call, constant, input, int, makeNode, tensorOf, type Value } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { QuantizedMerges } from './merge-quantized.js';
import { Rounding } from './rounding.js';

const numbers = (count: number) => Array.from({ length: count }, (_, at) => (at * 5) % 16);

describe('merging an adapter into a quantized weight', () => {
  it('quantizes it again with the same bits, where it is and before DequantizeLinear', () => {
    const x = input('x', 'float32', ['n', 16]);
    const nbits = makeNode({
      op: 'MatMulNBits',
      domain: 'com.microsoft',
      inputs: [
        x,
        constant(tensorOf(numbers(16), 'uint8', [2, 1, 8])),
        constant(tensorOf([0.1, 0.2], 'float32', [2, 1])),
        constant(tensorOf([8, 8], 'uint8', [2, 1])),
      ],
      attributes: { K: int(16), N: int(2), bits: int(4), block_size: int(16) },
    })[0]!;
    const dequantized = call(
      'DequantizeLinear',
      [
        constant(tensorOf(numbers(32), 'uint4', [16, 2])),
        constant(tensorOf([0.1, 0.2], 'float32', [2])),
        constant(tensorOf([8, 7], 'uint4', [2])),
      ],
      { axis: int(1) },
    );
    const product = call('MatMul', [x, dequantized]);
    for (const [output, holder] of [
      [nbits, (value: Value) => value],
      [product, (value: Value) => (value.kind === 'node' ? value.node.inputs[1]! : value)],
    ] as const) {
      const nodeOf = (value: Value) => {
        const held = holder(value);
        return held.kind === 'node' ? held.node : undefined;
      };
      const before = restoredWeight(nodeOf(output)!).values;
      const rounding = new Rounding();
      const made = new QuantizedMerges(rounding).merged(output, (values) => {
        values[3]! += 0.5;
      });
      const after = restoredWeight(nodeOf(made)!).values;
      const differences = after.map((value, at) => value - before[at]!);
      expect(differences[3]).to.be.closeTo(0.5, 0.15);
      expect(Math.max(...differences.map(Math.abs))).to.be.below(0.66);
      expect(made.shape).to.deep.equal(output.shape);
      // What is measured, from the numbers before and after.
      const errors = differences.map((difference, at) => difference - (at === 3 ? 0.5 : 0));
      const squares = (values: Float64Array) => values.reduce((sum, value) => sum + value ** 2, 0);
      const exact = before.map((value, at) => value + (at === 3 ? 0.5 : 0));
      expect(rounding.largest).to.be.closeTo(Math.max(...errors.map(Math.abs)), 1e-12);
      expect(rounding.ofWeights).to.be.closeTo(Math.sqrt(squares(errors) / squares(exact)), 1e-12);
      expect(rounding.ofAdapters).to.be.closeTo(Math.sqrt(squares(errors)) / 0.5, 1e-12);
      expect(rounding.note).to.match(/^Merging quantized 1 weight again \(32 numbers\): largest change 0\.\d+, RMS /);
    }
  });

  it('leaves the output of other nodes as it is', () => {
    const output = call('MatMul', [input('x', 'float32', [2, 2]), constant(tensorOf([1, 2, 3, 4], 'float32', [2, 2]))]);
    const rounding = new Rounding();
    expect(new QuantizedMerges(rounding).merged(output, () => expect.fail())).to.equal(output);
    expect(rounding.note).to.equal(undefined);
  });
});
