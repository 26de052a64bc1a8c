import { expect } from 'chai';
import { float, int, ints } from '../../graph/ir/attributes.js';
import type { Attributes, Value } from '../../graph/ir/graph.js';
import { constant, input } from '../../graph/ir/values.js';
import { call, makeNode } from '../../graph/make-node.js';
import { leakyRelu, sigmoid, softmax } from '../../ops/activations.js';
import { add, cast, div, mul, sub } from '../../ops/elementwise.js';
import { conv, gemm, matMul } from '../../ops/linear.js';
import { globalAveragePool, maxPool } from '../../ops/pooling.js';
import { reduceSum } from '../../ops/reduction.js';
import { concat, transpose } from '../../ops/shape.js';
import { numbersOf, tensorOf } from '../../tensor/numbers.js';
import type { DType, TensorData } from '../../tensor/tensor.js';
import { expectClose } from '../finite-differences.test.support.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

const x = input('x', 'float32', ['batch', 40]);
const data = tensorOf(
  Array.from({ length: 120 }, (_, at) => Math.sin(at * 1.3) * 1.5),
  'float32',
  [3, 40],
);

interface Layout {
  readonly scale: readonly number[];
  readonly attributes: Attributes;
  readonly at: (row: number, column: number) => number;
}

const numbers = <T = number>(count: number, of: (at: number) => T) => Array.from({ length: count }, (_, at) => of(at));
const vary = (count: number) => numbers(count, (at) => Math.cos(at * 0.7));
const wholes = (dtype: DType, shape: readonly number[]) => {
  const bits = Number(/\d+/.exec(dtype)![0]);
  const low = dtype.startsWith('u') ? 0 : -(2 ** (bits - 1));
  return numbers(
    shape.reduce((a, b) => a * b, 1),
    (at) => low + ((at * 7 + 3) % 2 ** bits),
  );
};
const fixed = (values: readonly number[], dtype: DType, shape: readonly number[]) =>
  constant(tensorOf(values, dtype, shape));

/** The gradient of a weighted sum of `y` by `of`. */
async function slopes(y: Value, of: Value = x, feed: TensorData = data): Promise<number[]> {
  const columns = y.shape.at(-1) as number;
  const loss = reduceSum(mul(y, fixed(vary(columns), 'float32', [columns])), undefined, { keepdims: false });
  const [gradient] = gradientsOf(loss, [of]);
  const session = await openGraph({ inputs: [of as typeof x], outputs: new Map([['g', gradient!]]) });
  const results = await session.run(new Map([['x', feed]]));
  await session.close();
  return numbersOf(results.get('g')!);
}

async function expectSame(y: Value, reference: Value, of: Value = x, feed: TensorData = data): Promise<void> {
  expectClose(await slopes(y, of, feed), await slopes(reference, of, feed), 1e-5, 'the gradient');
}

describe('gradients through frozen quantized weights', () => {
  for (const dtype of ['int8', 'uint8', 'int4', 'uint4'] as const) {
    const weights = wholes(dtype, [40, 6]);
    const zeros = dtype.startsWith('u') ? 7 : -2;

    it(`DequantizeLinear of ${dtype}, for all, for each column, for each block`, async () => {
      const layouts: readonly Layout[] = [
        { scale: [], attributes: {}, at: () => 0 },
        { scale: [6], attributes: { axis: int(1) }, at: (_row: number, column: number) => column },
        {
          scale: [3, 6],
          attributes: { axis: int(0), block_size: int(16) },
          at: (row: number, column: number) => Math.floor(row / 16) * 6 + column,
        },
      ];
      for (const { scale, attributes, at } of layouts) {
        const count = scale.reduce((a, b) => a * b, 1);
        const scales = numbers(count, (each) => 0.01 + 0.003 * each);
        const y = call(
          'DequantizeLinear',
          [
            fixed(weights, dtype, [40, 6]),
            fixed(scales, 'float32', scale),
            fixed(Array(count).fill(zeros), dtype, scale),
          ],
          attributes,
        );
        const restored = weights.map((w, each) => (w - zeros) * scales[at(Math.floor(each / 6), each % 6)]!);
        await expectSame(matMul(x, y), matMul(x, fixed(restored, 'float32', [40, 6])));
      }
    });
  }

  for (const bits of [4, 8] as const) {
    for (const [zeros, named] of [
      [undefined, 'without zero points'],
      ['packed', 'with packed zero points'],
      ['float', 'with zero points that are floats'],
    ] as const) {
      // ONNX Runtime has no kernel for it.
      if (bits === 8 && zeros === 'float') continue;
      it(`MatMulNBits of ${bits} bits, ${named}, whose rows do not fill their blocks`, async () => {
        const [n, blocks, block] = [6, 3, 16];
        const weights = numbers(n * blocks * block, (at) => (at * 11 + 5) % 2 ** bits);
        const scales = numbers(n * blocks, (at) => 0.02 + 0.005 * at);
        const zero = numbers(n * blocks, (at) => (at * 5) % 2 ** bits);
        const halves = (values: readonly number[]) => [...tensorOf(values, 'uint4', [values.length]).bytes];
        const rows = (values: readonly number[]) =>
          numbers(n, (row) => halves(values.slice(row * blocks, (row + 1) * blocks))).flat();
        const packed = bits === 4 ? halves(weights) : weights;
        const inputs = [
          x,
          fixed(packed, 'uint8', [n, blocks, (block * bits) / 8]),
          fixed(scales, 'float32', [n, blocks]),
        ];
        if (zeros === 'packed') inputs.push(fixed(bits === 4 ? rows(zero) : zero, 'uint8', [n, bits === 4 ? 2 : 3]));
        if (zeros === 'float')
          inputs.push(
            fixed(
              zero.map((z) => z + 0.25),
              'float32',
              [n, blocks],
            ),
          );
        const attributes = { K: int(40), N: int(n), bits: int(bits), block_size: int(block) };
        const [y] = makeNode({ op: 'MatMulNBits', domain: 'com.microsoft', inputs, attributes, outputs: 1 });
        const shift = (at: number) =>
          zeros === undefined ? 2 ** (bits - 1) : zero[at]! + (zeros === 'float' ? 0.25 : 0);
        const restored = numbers(n * 40, (at) => {
          const [row, column] = [Math.floor(at / 40), at % 40];
          const place = row * blocks + Math.floor(column / block);
          return (weights[row * blocks * block + column]! - shift(place)) * scales[place]!;
        });
        await expectSame(y!, matMul(x, transpose(fixed(restored, 'float32', [n, 40]))));
      });
    }
  }

  it('MatMulNBits whose weights are an input', async () => {
    const weights = wholes('uint8', [6, 3, 8]);
    const given = input('w', 'uint8', [6, 3, 8]);
    const attributes = { K: int(40), N: int(6), bits: int(4), block_size: int(16) };
    const make = (from: Value) =>
      makeNode({
        ...{ op: 'MatMulNBits', domain: 'com.microsoft', attributes, outputs: 1 },
        inputs: [x, from, fixed(vary(18), 'float32', [6, 3])],
      })[0]!;
    const loss = (from: Value) => reduceSum(make(from), undefined, { keepdims: false });
    const [byInput] = gradientsOf(loss(given), [x]);
    const [byConstant] = gradientsOf(loss(fixed(weights, 'uint8', [6, 3, 8])), [x]);
    const outputs = new Map([
      ['a', byInput!],
      ['b', byConstant!],
    ]);
    const session = await openGraph({ inputs: [x, given], outputs });
    const results = await session.run(
      new Map([
        ['x', data],
        ['w', tensorOf(weights, 'uint8', [6, 3, 8])],
      ]),
    );
    await session.close();
    expectClose(numbersOf(results.get('a')!), numbersOf(results.get('b')!), 1e-6, 'the gradient');
  });
});

const scale = fixed([0.01], 'float32', []);
const zero = fixed([100], 'uint8', []);
/** Below -1.005 and above 1.555 the numbers do not fit into a byte. */
const isInside = numbersOf(data).map((value) => value >= -1.005 && value <= 1.555);

describe('gradients through quantized activations', () => {
  it('QuantizeLinear passes them on as they are, and stops them where the number was clipped', async () => {
    const quantized = call('QuantizeLinear', [x, scale, zero]);
    const found = await slopes(call('DequantizeLinear', [quantized, scale, zero]));
    const expected = numbers(120, (at) => (isInside[at] ? vary(40)[at % 40]! : 0));
    expect(isInside.filter((inside) => !inside)).to.have.length.above(10);
    expectClose(found, expected, 1e-6, 'the gradient');
  });

  it('a scale for each column, and for each block of them', async () => {
    const perColumn = [
      fixed(
        numbers(40, (at) => 0.01 + at * 1e-4),
        'float32',
        [40],
      ),
      fixed(Array(40).fill(3), 'int8', [40]),
    ];
    const perBlock = input('x', 'float32', [3, 40]);
    const blocks = [
      fixed(
        numbers(9, (at) => 0.01 + at * 1e-3),
        'float32',
        [3, 3],
      ),
      fixed(Array(9).fill(3), 'int8', [3, 3]),
    ];
    const column = (at: number) => 0.01 + (at % 40) * 1e-4;
    const block = (at: number) => 0.01 + (Math.floor(at / 40) * 3 + Math.floor((at % 40) / 16)) * 1e-3;
    for (const [of, parts, attributes, scaleAt] of [
      [x, perColumn, { axis: int(1) }, column],
      [perBlock, blocks, { axis: int(1), block_size: int(16) }, block],
    ] as const) {
      const quantized = call('QuantizeLinear', [of, ...parts], attributes);
      const found = await slopes(call('DequantizeLinear', [quantized, ...parts], attributes), of);
      const expected = numbersOf(data).map((value, at) => {
        const rounded = value / scaleAt(at) + 3;
        return rounded >= -128.5 && rounded <= 127.5 ? vary(40)[at % 40]! : 0;
      });
      expectClose(found, expected, 1e-6, 'the gradient');
    }
  });

  it('MatMulInteger of dynamically quantized activations', async () => {
    const weights = wholes('int8', [40, 6]);
    const zeros = numbers(6, (at) => at);
    const [quantized, by, from] = makeNode({ op: 'DynamicQuantizeLinear', inputs: [x] });
    const product = call('MatMulInteger', [
      ...[quantized!, fixed(weights, 'int8', [40, 6])],
      ...[from!, fixed(zeros, 'int8', [6])],
    ]);
    const restored = weights.map((w, at) => (w - zeros[at % 6]!) * 0.03);
    const y = mul(cast(product, 'float32'), mul(by!, fixed([0.03], 'float32', [])));
    await expectSame(y, matMul(x, fixed(restored, 'float32', [40, 6])));
  });

  for (const op of ['DynamicQuantizeMatMul', 'MatMulIntegerToFloat']) {
    it(`com.microsoft.${op}, with a bias`, async () => {
      const codes = wholes('int8', [40, 6]);
      const steps = numbers(6, (at) => 0.01 + 0.005 * at);
      const zeros = numbers(6, (at) => at - 2);
      const bias = fixed(vary(6), 'float32', [6]);
      const weight = [fixed(steps, 'float32', [6]), fixed(zeros, 'int8', [6])] as const;
      const [quantized, by, from] = makeNode({ op: 'DynamicQuantizeLinear', inputs: [x] });
      const inputs: readonly Value[] =
        op === 'DynamicQuantizeMatMul'
          ? [x, fixed(codes, 'int8', [40, 6]), ...weight, bias]
          : [quantized!, fixed(codes, 'int8', [40, 6]), by!, weight[0], from!, weight[1], bias];
      const [y] = makeNode({ op, domain: 'com.microsoft', inputs, outputs: 1 });
      const restored = codes.map((w, at) => (w - zeros[at % 6]!) * steps[at % 6]!);
      await expectSame(y!, matMul(x, fixed(restored, 'float32', [40, 6])));
      // The bias, as it is.
      const given = input('x', 'float32', [6]);
      const [biased] = makeNode({ op, domain: 'com.microsoft', inputs: inputs.with(-1, given), outputs: 1 });
      const [slope] = gradientsOf(reduceSum(biased!, undefined, { keepdims: false }), [given]);
      expect(slope!.shape).to.deep.equal([6]);
    });
  }

  const image = input('x', 'float32', ['batch', 2, 5, 4]);
  const images = tensorOf(
    numbers(80, (at) => Math.sin(at * 1.3)),
    'float32',
    [2, 2, 5, 4],
  );
  const kernel = wholes('int8', [3, 2, 3, 3]);
  const kernelScales = [0.01, 0.02, 0.03];
  const kernelZeros = [3, -2, 1];
  const restoredKernel = fixed(
    kernel.map((w, at) => (w - kernelZeros[Math.floor(at / 18)]!) * kernelScales[Math.floor(at / 18)]!),
    'float32',
    [3, 2, 3, 3],
  );

  it('ConvInteger of dynamically quantized activations', async () => {
    const [quantized, by, from] = makeNode({ op: 'DynamicQuantizeLinear', inputs: [image] });
    const integers = kernel.map((w) => w + 128);
    const attributes = { pads: ints([1, 1, 1, 1]), strides: ints([2, 1]) };
    const product = call(
      'ConvInteger',
      [quantized!, fixed(integers, 'uint8', [3, 2, 3, 3]), from!, fixed([128], 'uint8', [])],
      attributes,
    );
    const y = mul(cast(product, 'float32'), mul(by!, fixed([0.03], 'float32', [])));
    const restored = fixed(
      kernel.map((w) => w * 0.03),
      'float32',
      [3, 2, 3, 3],
    );
    const reference = conv(image, restored, null, { pads: [1, 1, 1, 1], strides: [2, 1] });
    await expectSame(y, reference, image, images);
  });

  const wide = [fixed([0.5], 'float32', []), fixed([128], 'uint8', [])] as const;

  it('QLinearConv between QuantizeLinear and DequantizeLinear, with what only moves bytes in between', async () => {
    const quantized = call('QuantizeLinear', [image, scale, zero]);
    const y = call('QLinearConv', [
      ...[transpose(transpose(quantized, [0, 1, 3, 2]), [0, 1, 3, 2]), scale, zero],
      ...[fixed(kernel, 'int8', [3, 2, 3, 3]), fixed(kernelScales, 'float32', [3]), fixed(kernelZeros, 'int8', [3])],
      ...[...wide, fixed([5, -3, 2], 'int32', [3])],
    ]);
    await expectSame(call('DequantizeLinear', [y, ...wide]), conv(image, restoredKernel), image, images);
  });

  it('QLinearMatMul, and where its result is clipped', async () => {
    const weights = wholes('int8', [40, 6]);
    const restored = matMul(
      call('DequantizeLinear', [call('QuantizeLinear', [x, scale, zero]), scale, zero]),
      fixed(
        weights.map((w) => w * 0.03),
        'float32',
        [40, 6],
      ),
    );
    const narrow = [fixed([0.1], 'float32', []), fixed([128], 'uint8', [])] as const;
    for (const output of [wide, narrow]) {
      const y = call('QLinearMatMul', [
        ...[call('QuantizeLinear', [x, scale, zero]), scale, zero],
        ...[fixed(weights, 'int8', [40, 6]), fixed([0.03], 'float32', []), fixed([0], 'int8', [])],
        ...output,
      ]);
      const reference = call('DequantizeLinear', [call('QuantizeLinear', [restored, ...output]), ...output]);
      await expectSame(call('DequantizeLinear', [y, ...output]), reference);
    }
  });

  const fine = [fixed([0.02], 'float32', []), fixed([120], 'uint8', [])] as const;
  const microsoft = (op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}) =>
    makeNode({ op, domain: 'com.microsoft', inputs, attributes, outputs: 1 })[0]!;
  const operand = (of: Value) => [call('QuantizeLinear', [of, scale, zero]), scale, zero];
  const real = (of: Value) => call('DequantizeLinear', operand(of));
  const weights = wholes('int8', [6, 40]);
  const columns = numbers(6, (at) => 0.001 + 0.0005 * at);
  const restoredRows = fixed(
    weights.map((w, at) => w * columns[Math.floor(at / 40)]!),
    'float32',
    [6, 40],
  );
  const bias = fixed(
    numbers(6, (at) => at * 0.01 * columns[at]! * 300),
    'float32',
    [6],
  );
  const operators: Readonly<Record<string, readonly [Value, Value]>> = {
    QLinearAdd: [
      microsoft('QLinearAdd', [...operand(x), ...operand(mul(x, 0.5)), ...fine]),
      add(real(x), real(mul(x, 0.5))),
    ],
    QLinearMul: [
      microsoft('QLinearMul', [...operand(x), ...operand(mul(x, 0.5)), ...fine]),
      mul(real(x), real(mul(x, 0.5))),
    ],
    QLinearSigmoid: [microsoft('QLinearSigmoid', [...operand(x), ...fine]), sigmoid(real(x))],
    QLinearLeakyRelu: [
      microsoft('QLinearLeakyRelu', [...operand(x), ...fine], { alpha: float(0.1) }),
      leakyRelu(real(x), 0.1),
    ],
    QLinearSoftmax: [
      microsoft('QLinearSoftmax', [...operand(x), ...fine], { axis: int(-1), opset: int(13) }),
      softmax(real(x), -1),
    ],
    QLinearConcat: [
      microsoft('QLinearConcat', [...fine, ...operand(x), ...operand(mul(x, 0.5))], { axis: int(1) }),
      concat([real(x), real(mul(x, 0.5))], 1),
    ],
    'QGemm without a scale of its result': [
      microsoft(
        'QGemm',
        [
          ...operand(x),
          ...[fixed(weights, 'int8', [6, 40]), fixed(columns, 'float32', [6]), fixed(Array(6).fill(0), 'int8', [6])],
        ],
        { transB: int(1) },
      ),
      gemm(real(x), restoredRows, null, { transB: true }),
    ],
    QGemm: [
      microsoft(
        'QGemm',
        [
          ...operand(x),
          ...[fixed(weights, 'int8', [6, 40]), fixed(columns, 'float32', [6]), fixed(Array(6).fill(0), 'int8', [6])],
          ...[
            fixed(
              numbers(6, (at) => 300 * at),
              'int32',
              [6],
            ),
            ...fine,
          ],
        ],
        { transB: int(1) },
      ),
      gemm(real(x), restoredRows, bias, { transB: true }),
    ],
  };
  for (const [op, [y, reference]] of Object.entries(operators)) {
    it(`com.microsoft.${op}, as the operators that it stands for`, () =>
      y.dtype === 'float32'
        ? expectSame(y, reference)
        : expectSame(
            call('DequantizeLinear', [y, ...fine]),
            call('DequantizeLinear', [call('QuantizeLinear', [reference, ...fine]), ...fine]),
          ));
  }

  it('com.microsoft.QLinearGlobalAveragePool, as the operators that it stands for', () =>
    expectSame(
      call('DequantizeLinear', [microsoft('QLinearGlobalAveragePool', [...operand(image), ...fine]), ...fine]),
      call('DequantizeLinear', [call('QuantizeLinear', [globalAveragePool(real(image)), ...fine]), ...fine]),
      image,
      images,
    ));

  it('float weights that the file quantizes itself are trained', async () => {
    const weights = input('x', 'float32', [40, 6]);
    const feed = tensorOf(vary(240), 'float32', [40, 6]);
    const step = fixed([0.05], 'float32', []);
    const rounded = call('DequantizeLinear', [call('QuantizeLinear', [weights, step], { output_dtype: int(3) }), step]);
    const images = constant(data);
    await expectSame(matMul(images, rounded), matMul(images, weights), weights, feed);
  });
});

describe('quantized nodes without a gradient', () => {
  const quantized = call('QuantizeLinear', [x, scale, zero]);
  const restored = (value: Value) => call('DequantizeLinear', [value, scale, zero]);

  it('names a node that computes with whole numbers', () => {
    const image = input('x', 'float32', [1, 1, 4, 4]);
    const pooled = maxPool(call('QuantizeLinear', [image, scale, zero]), [2, 2]);
    expect(() => gradientsOf(reduceSum(restored(pooled), undefined, { keepdims: false }), [image])).to.throw(
      'MaxPool has no gradient: it computes with quantized whole numbers.',
    );
  });

  it('names what of a MatMulNBits cannot be undone', () => {
    const make = (bits: number, more: readonly (Value | null)[] = []) => {
      const attributes = { K: int(40), N: int(6), bits: int(bits), block_size: int(16) };
      const inputs = [
        x,
        fixed(wholes('uint8', [6, 3, 2 * bits]), 'uint8', [6, 3, 2 * bits]),
        fixed(vary(18), 'float32', [6, 3]),
      ];
      const [y] = makeNode({
        ...{ op: 'MatMulNBits', domain: 'com.microsoft', origin: 'fc' },
        ...{ inputs: [...inputs, ...more], attributes, outputs: 1 },
      });
      return () => gradientsOf(reduceSum(y!, undefined, { keepdims: false }), [x]);
    };
    expect(make(2)).to.throw('MatMulNBits (node "fc") has no gradient: its weights have 2 bits.');
    const index = fixed(Array(40).fill(0), 'int32', [40]);
    expect(make(4, [null, index])).to.throw('its columns are grouped by an index (g_idx)');
  });

  it('is not met where no gradient flows', () => {
    const sizes = call('Shape', [quantized]);
    const y = add(x, mul(cast(reduceSum(sizes, undefined, { keepdims: false }), 'float32'), 0));
    expect(() => gradientsOf(reduceSum(sub(div(y, 2), 1), undefined, { keepdims: false }), [x])).not.to.throw();
  });
});
