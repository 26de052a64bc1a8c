import { expect } from 'chai';
import { openGraph } from '../autodiff/run-graph.test.support.js';
import { int } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { constant, input, parameter } from '../graph/ir/values.js';
import { walkGraph } from '../graph/ir/walk.js';
import { call, makeNode } from '../graph/make-node.js';
import { rebuild } from '../graph/rewrite/rebuild.js';
import { matMul } from '../ops/linear.js';
import { transpose } from '../ops/shape.js';
import { numbersOf, tensorOf } from '../tensor/numbers.js';
import { type DType, sizeOf, tensor } from '../tensor/tensor.js';
import { quantizedProducts } from './quantized-products.js';

/** More than is restored at a time. */
const [rows, columns, block] = [1152, 1024, 32] as const;

const noise = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, at) => Math.sin((at + 1) ** 2 * seed));
const bytes = (shape: readonly number[], dtype: DType, seed: number) => {
  const [low, high] = dtype.includes('8') ? [0, 256] : [0, 16];
  const numbers = Array.from(
    noise(sizeOf(shape), seed),
    (value) => low + Math.floor(((value + 1) / 2) * (high - low - 1)),
  );
  const shift = dtype.startsWith('u') ? 0 : high / 2;
  return tensorOf(
    numbers.map((value) => value - shift),
    dtype,
    shape,
  );
};

describe('products with quantized weights that are given at run time', () => {
  for (const dtype of ['uint4', 'int4', 'uint8', 'int8'] as const) {
    for (const axis of [0, 1] as const) {
      for (const zeros of [true, false]) {
        it(`of DequantizeLinear, ${dtype}, blocks along axis ${axis}${zeros ? ', zero points' : ''}`, async () => {
          const shape = axis === 0 ? [rows / block, columns] : [rows, columns / block];
          const codes = bytes([rows, columns], dtype, 1.1);
          const packed = dtype.endsWith('4');
          const scale = constant(
            tensor(
              noise(sizeOf(shape), 0.3).map((value) => (2 + value) / 100),
              shape,
            ),
          );
          const zero = zeros ? constant(bytes(shape, dtype, 0.7)) : null;
          const weights = packed ? constant(codes) : parameter('weights', codes as never);
          const attributes = { axis: int(axis), block_size: int(block) };
          const restored = call('DequantizeLinear', [weights, scale, zero], attributes);
          const [x, t] = [input('x', 'float32', ['batch', 2, rows]), input('t', 'float32', [3, columns])];
          const given = new Map(
            packed
              ? [
                  [
                    weights as Value,
                    parameter('bytes', { dtype: 'uint8', shape: [codes.bytes.length], bytes: codes.bytes }),
                  ],
                ]
              : [],
          );
          await expectSame(
            { y: matMul(x, restored), z: matMul(t, transpose(restored)) },
            given,
            [x, t],
            [3 * 2 * rows, 3 * columns],
          );
        });
      }
    }
  }

  for (const bits of [4, 8] as const) {
    for (const zeros of [true, false]) {
      it(`of MatMulNBits of ${bits} bits${zeros ? ' with zero points' : ''}, whose rows fill no whole number of blocks`, async () => {
        const k = columns - block - 3;
        const blocks = columns / block - 1;
        const width = bits === 4 ? block / 2 : block;
        const perRow = bits === 4 ? Math.ceil(blocks / 2) : blocks;
        const x = input('x', 'float32', ['batch', 2, k]);
        const codes = parameter('codes', bytes([rows, blocks, width], 'uint8', 1.1) as never);
        const scales = constant(
          tensor(
            noise(rows * blocks, 0.3).map((value) => (2 + value) / 100),
            [rows * blocks],
          ),
        );
        const zero = zeros ? constant(bytes([rows * perRow], 'uint8', 0.7)) : null;
        const bias = constant(tensor(noise(rows, 0.2), [rows]));
        const attributes = { K: int(k), N: int(rows), bits: int(bits), block_size: int(block) };
        const inputs = [x, codes, scales, zero, null, bias];
        const [y] = makeNode({ op: 'MatMulNBits', domain: 'com.microsoft', inputs, attributes, outputs: 1 });
        await expectSame({ y: y! }, new Map(), [x], [3 * 2 * k]);
      });
    }
  }

  async function expectSame(
    outputs: Record<string, Value>,
    given: Parameters<typeof quantizedProducts>[0],
    inputs: readonly ReturnType<typeof input>[],
    sizes: readonly number[],
  ) {
    const graph = { inputs, outputs: new Map(Object.entries(outputs)) };
    const changed = rebuild(graph, { rewrite: quantizedProducts(given) });
    const { nodes, constants } = walkGraph(changed);
    expect(nodes.map(({ op }) => op))
      .to.include('Scan')
      .and.not.include('MatMul')
      .and.not.include('MatMulNBits');
    expect(constants.filter(({ dtype, shape }) => dtype.endsWith('4') && sizeOf(shape as number[]) === rows * columns))
      .to.be.empty;
    const feeds = new Map(
      inputs.map(({ name, shape }, at) => {
        const whole = shape.map((size) => (typeof size === 'number' ? size : 3));
        return [name, tensor(noise(sizes[at]!, 0.9 + at), whole)] as const;
      }),
    );
    const [expected, actual] = [await resultsOf(graph), await resultsOf(changed)];
    for (const name of Object.keys(outputs)) {
      const reference = numbersOf(expected.get(name)!).map(Number);
      const result = numbersOf(actual.get(name)!).map(Number);
      expect(actual.get(name)!.shape).to.deep.equal(expected.get(name)!.shape);
      const norm = Math.hypot(...reference) / Math.sqrt(reference.length);
      const worst = Math.max(...result.map((value, at) => Math.abs(value - reference[at]!)));
      expect(worst / norm).to.be.below(1e-5);
    }

    async function resultsOf(graph: Parameters<typeof openGraph>[0]) {
      const session = await openGraph(graph);
      const results = await session.run(feeds);
      await session.close();
      return results;
    }
  }
});
