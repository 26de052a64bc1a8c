import { expect } from 'chai';
import { checkGradients, expectClose, randomTensor } from '../autodiff/finite-differences.test.support.js';
import { openGraph } from '../autodiff/run-graph.test.support.js';
import { float, int, ints, text } from '../graph/ir/attributes.js';
import type { Attributes, Value } from '../graph/ir/graph.js';
import { constant, input } from '../graph/ir/values.js';
import { makeNode } from '../graph/make-node.js';
import { reshape, slice, split, squeeze } from '../ops/shape.js';
import { RandomStream } from '../random.test.support.js';
import { numbersOf, tensorOf } from '../tensor/numbers.js';
import type { TensorData } from '../tensor/tensor.js';
import { expandForGradients, microsoftExpansions, standardExpansions } from './expand.js';

const random = RandomStream.of(53, 'expand');
const real = (...shape: number[]) => randomTensor(random, shape, 'normal', 'float32');
const unit = (...shape: number[]) => randomTensor(random, shape, 'unit', 'float32');
const whole = (numbers: readonly number[], shape: readonly number[] = [numbers.length]) =>
  tensorOf(numbers, 'int32', shape);
const long = (numbers: readonly number[], shape: readonly number[] = [numbers.length]) =>
  tensorOf(numbers, 'int64', shape);
const flags = (numbers: readonly number[], shape: readonly number[]) => tensorOf(numbers, 'bool', shape);

interface Case {
  readonly name: string;
  readonly op: string;
  /** ONNX Runtime's, unless it is given. */
  readonly domain?: string;
  readonly attributes?: Attributes;
  readonly inputs: readonly (TensorData | null)[];
  readonly outputs?: number;
  /** Inputs whose gradient is not checked. */
  readonly fixed?: readonly number[];
  /** Shapes with names, by input. */
  readonly shapes?: readonly (readonly (string | number)[] | undefined)[];
  /** Outputs that the kernel of ONNX Runtime lacks, or defines otherwise. */
  readonly uncompared?: readonly number[];
}

const heads = { num_heads: int(2) };
/** Tables of angles, [positions, angles]. */
const angles = (count: number, width: number) =>
  [Math.cos, Math.sin].map((of) =>
    tensorOf(
      Array.from({ length: count * width }, (_, at) => of(Math.floor(at / width) / 3 ** (at % width))),
      'float32',
      [count, width],
    ),
  ) as [TensorData, TensorData];

const onnx = '';
const attention = (name: string, shapes: readonly TensorData[], more: Partial<Case> = {}): Case => ({
  name: `Attention: ${name}`,
  op: 'Attention',
  domain: onnx,
  inputs: shapes,
  ...more,
});
const byHead = [real(2, 4, 3, 4), real(2, 2, 3, 4), real(2, 2, 3, 6)];

/** Away from the centers and edges of pixels, where the slopes jump; some are outside of the image. */
const pixels = [
  [-0.7, 1.4],
  [0.4, -1.3],
  [1.6, 2.5],
  [2.3, 4.7],
  [3.7, 3.6],
  [-2.4, 6.3],
  [1.4, 0.3],
  [0.6, 1.7],
  [2.5, 2.4],
  [2.7, 0.6],
  [5.4, -0.3],
  [1.5, 3.4],
];
const coordinate = (pixel: number, size: number, align: number) =>
  align ? (2 * pixel) / (size - 1) - 1 : (2 * pixel + 1) / size - 1;
const volumePoints = tensorOf(
  [0.4, 1.3, 2.6, 1.4, 3.3, 0.7].map((pixel, at) => coordinate(pixel, [2, 4, 3][at % 3]!, 0)),
  'float32',
  [1, 2, 1, 1, 3],
);

const cases: readonly Case[] = [
  { name: 'FusedMatMul', op: 'FusedMatMul', inputs: [real(2, 3), real(3, 2)] },
  {
    name: 'FusedMatMul, scaled and transposed',
    op: 'FusedMatMul',
    attributes: { alpha: float(0.5), transA: int(1), transB: int(1) },
    inputs: [real(2, 4, 3), real(2, 5, 4)],
  },
  {
    name: 'FusedMatMul with the batch in between',
    op: 'FusedMatMul',
    attributes: { transBatchA: int(1), transBatchB: int(1), transB: int(1) },
    inputs: [real(3, 2, 4), real(5, 2, 4)],
  },
  { name: 'Gelu', op: 'Gelu', inputs: [real(2, 5)] },
  { name: 'BiasGelu', op: 'BiasGelu', inputs: [real(2, 3, 5), real(5)] },
  { name: 'FastGelu', op: 'FastGelu', inputs: [real(2, 5)] },
  { name: 'FastGelu with a bias', op: 'FastGelu', inputs: [real(2, 5), real(5)] },
  { name: 'QuickGelu', op: 'QuickGelu', inputs: [real(2, 5)] },
  { name: 'QuickGelu as SiLU', op: 'QuickGelu', attributes: { alpha: float(1) }, inputs: [real(2, 5)] },
  {
    name: 'SkipLayerNormalization',
    op: 'SkipLayerNormalization',
    attributes: { epsilon: float(1e-3) },
    inputs: [real(2, 3, 6), real(2, 3, 6), real(6), real(6), real(6)],
    outputs: 4,
    uncompared: [1, 2],
  },
  {
    name: 'SkipLayerNormalization, broadcast, without offset and bias',
    op: 'SkipLayerNormalization',
    attributes: { epsilon: float(1e-3) },
    inputs: [real(2, 3, 6), real(3, 6), real(6)],
    shapes: [
      ['batch', 'time', 6],
      ['time', 6],
    ],
  },
  {
    name: 'SkipSimplifiedLayerNormalization',
    op: 'SkipSimplifiedLayerNormalization',
    attributes: { epsilon: float(1e-3) },
    inputs: [real(2, 3, 6), real(2, 3, 6), real(6), real(6)],
    outputs: 4,
    uncompared: [1, 2],
  },
  {
    name: 'EmbedLayerNormalization',
    op: 'EmbedLayerNormalization',
    attributes: { epsilon: float(1e-3) },
    inputs: [
      whole([1, 4, 0, 2, 2, 3], [2, 3]),
      whole([0, 1, 1, 0, 0, 1], [2, 3]),
      real(5, 4),
      real(6, 4),
      real(2, 4),
      real(4),
      real(4),
      whole([1, 1, 0, 1, 1, 1], [2, 3]),
    ],
    outputs: 3,
  },
  {
    name: 'EmbedLayerNormalization with positions, without segments',
    op: 'EmbedLayerNormalization',
    attributes: { epsilon: float(1e-3) },
    inputs: [
      whole([1, 4, 0, 2, 2, 3], [2, 3]),
      null,
      real(5, 4),
      real(6, 4),
      null,
      real(4),
      real(4),
      null,
      whole([2, 3, 4, 1, 0, 5], [2, 3]),
    ],
    outputs: 2,
  },
  { name: 'Attention', op: 'Attention', attributes: heads, inputs: [real(2, 3, 4), unit(4, 12), real(12)], outputs: 2 },
  {
    name: 'Attention with a mask of places, causal, of a size of its own for values',
    op: 'Attention',
    attributes: { ...heads, unidirectional: int(1), qkv_hidden_sizes: ints([4, 4, 6]), scale: float(0.4) },
    inputs: [real(2, 3, 4), unit(4, 14), real(14), whole([1, 1, 0, 1, 1, 1], [2, 3])],
    shapes: [['batch', 'time', 4], undefined, undefined, ['batch', 'time']],
  },
  {
    name: 'Attention with lengths',
    op: 'Attention',
    attributes: heads,
    inputs: [real(2, 3, 4), unit(4, 12), real(12), whole([2, 3])],
  },
  {
    name: 'Attention with ends and starts',
    op: 'Attention',
    attributes: heads,
    inputs: [real(2, 3, 4), unit(4, 12), real(12), whole([3, 3, 1, 0])],
  },
  {
    name: 'Attention with a mask for each row, and past places',
    op: 'Attention',
    attributes: { ...heads, unidirectional: int(1) },
    inputs: [
      ...[real(2, 2, 4), unit(4, 12), real(12)],
      whole([1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0], [2, 2, 3]),
      real(2, 2, 2, 1, 2),
    ],
    outputs: 2,
  },
  {
    name: 'Attention with a bias of the scores',
    op: 'Attention',
    attributes: heads,
    inputs: [real(2, 3, 4), unit(4, 12), real(12), null, null, real(1, 2, 3, 3)],
  },
  {
    name: 'MultiHeadAttention',
    op: 'MultiHeadAttention',
    attributes: heads,
    inputs: [real(2, 3, 4), real(2, 5, 4), real(2, 5, 6)],
    outputs: 3,
    shapes: [
      ['batch', 'time', 4],
      ['batch', 'places', 4],
      ['batch', 'places', 6],
    ],
  },
  {
    name: 'MultiHeadAttention with biases, a mask of places and a bias of the scores',
    op: 'MultiHeadAttention',
    attributes: { ...heads, scale: float(0.3), mask_filter_value: float(-1000) },
    inputs: [
      real(2, 3, 4),
      real(2, 5, 4),
      real(2, 5, 4),
      real(12),
      whole([1, 1, 1, 0, 0, 1, 1, 1, 1, 0], [2, 5]),
      real(2, 1, 3, 5),
    ],
  },
  {
    name: 'MultiHeadAttention, causal, with lengths',
    op: 'MultiHeadAttention',
    attributes: { ...heads, unidirectional: int(1) },
    inputs: [real(2, 3, 4), real(2, 3, 4), real(2, 3, 4), null, whole([2, 3])],
  },
  {
    name: 'MultiHeadAttention with past places',
    op: 'MultiHeadAttention',
    attributes: { ...heads, unidirectional: int(1) },
    inputs: [real(2, 3, 4), real(2, 3, 4), real(2, 3, 4), null, null, null, real(2, 2, 2, 2), real(2, 2, 2, 2)],
    outputs: 3,
  },
  {
    name: 'MultiHeadAttention of keys and values by head',
    op: 'MultiHeadAttention',
    attributes: heads,
    inputs: [real(2, 3, 4), real(2, 2, 5, 2), real(2, 2, 5, 2)],
  },
  {
    name: 'GroupQueryAttention',
    op: 'GroupQueryAttention',
    attributes: { num_heads: int(4), kv_num_heads: int(2) },
    inputs: [
      real(2, 3, 32),
      real(2, 3, 16),
      real(2, 3, 16),
      real(2, 2, 0, 8),
      real(2, 2, 0, 8),
      whole([2, 2]),
      whole([3]),
    ],
    outputs: 3,
    fixed: [3, 4],
  },
  {
    name: 'GroupQueryAttention, turned, in a window, with a cap',
    op: 'GroupQueryAttention',
    attributes: {
      ...{ num_heads: int(4), kv_num_heads: int(1), do_rotary: int(1), rotary_interleaved: int(1) },
      ...{ local_window_size: int(2), softcap: float(2), scale: float(0.7) },
    },
    inputs: [
      ...[real(2, 5, 64), real(2, 5, 16), real(2, 5, 16), null, null, whole([4, 4]), whole([5]), ...angles(8, 8)],
    ],
    outputs: 3,
    fixed: [7, 8],
  },
  {
    name: 'GroupQueryAttention, packed, partly turned, with a sink',
    op: 'GroupQueryAttention',
    attributes: { num_heads: int(2), kv_num_heads: int(2), do_rotary: int(1) },
    inputs: [
      ...[real(2, 3, 192), null, null, null, null, whole([2, 2]), whole([3]), ...angles(8, 8)],
      ...[long([1, 2, 3, 4, 5, 6], [2, 3]), null, real(2)],
    ],
    outputs: 3,
    fixed: [7, 8, 11],
  },
  {
    name: 'GroupQueryAttention with a smooth softmax and a bias of the scores',
    op: 'GroupQueryAttention',
    attributes: { num_heads: int(2), kv_num_heads: int(2), smooth_softmax: int(1) },
    inputs: [
      ...[real(2, 3, 16), real(2, 3, 16), real(2, 3, 16), null, null, whole([2, 2]), whole([3])],
      ...[null, null, null, real(1, 2, 3, 3)],
    ],
    outputs: 3,
  },
  {
    name: 'RotaryEmbedding from one position',
    op: 'RotaryEmbedding',
    inputs: [real(2, 3, 8), long([1]), ...angles(6, 2)],
    fixed: [2, 3],
  },
  {
    name: 'RotaryEmbedding by head, interleaved, at given positions',
    op: 'RotaryEmbedding',
    attributes: { interleaved: int(1) },
    inputs: [real(2, 2, 3, 4), long([0, 1, 2, 2, 3, 4], [2, 3]), ...angles(6, 2)],
    fixed: [2, 3],
  },
  {
    name: 'RotaryEmbedding of a part',
    op: 'RotaryEmbedding',
    attributes: { num_heads: int(2), rotary_embedding_dim: int(4) },
    inputs: [real(2, 3, 16), long([0, 1, 2, 2, 3, 4], [2, 3]), ...angles(6, 2)],
    shapes: [
      ['batch', 'time', 16],
      ['batch', 'time'],
    ],
    fixed: [2, 3],
  },
  {
    name: 'RotaryEmbedding of opset 23',
    op: 'RotaryEmbedding',
    domain: onnx,
    inputs: [real(2, 2, 3, 4), ...angles(6, 2), long([0, 1, 2, 2, 3, 4], [2, 3])],
    shapes: [['batch', 2, 'time', 4], undefined, undefined, ['batch', 'time']],
  },
  {
    name: 'RotaryEmbedding of opset 23, interleaved, of a part, without positions',
    op: 'RotaryEmbedding',
    domain: onnx,
    attributes: { num_heads: int(2), interleaved: int(1), rotary_embedding_dim: int(4) },
    inputs: [real(2, 3, 12), real(2, 3, 2), real(2, 3, 2)],
  },
  attention('heads that share keys', byHead, { outputs: 3 }),
  attention('of joined heads, causal, symbolic', [real(2, 3, 8), real(2, 3, 4), real(2, 3, 4)], {
    attributes: { q_num_heads: int(4), kv_num_heads: int(2), is_causal: int(1), scale: float(0.6) },
    shapes: [
      ['batch', 'time', 8],
      ['batch', 'time', 4],
      ['batch', 'time', 4],
    ],
  }),
  attention('a mask of numbers, a cap, the scores after softmax', [...byHead, real(3, 3)], {
    attributes: { softcap: float(1.5), qk_matmul_output_mode: int(3) },
    outputs: 4,
  }),
  attention('a mask of truth with a row that sees nothing', [...byHead, flags([1, 0, 1, 1, 1, 1, 0, 0, 0], [3, 3])]),
  attention('causal with past places', [real(2, 4, 3, 4), real(2, 2, 3, 4), real(2, 2, 3, 6)], {
    inputs: [...byHead, null, real(2, 2, 2, 4), real(2, 2, 2, 6)],
    attributes: { is_causal: int(1) },
    outputs: 3,
  }),
  attention('the number of places of each example, causal', byHead, {
    inputs: [...byHead, null, null, null, long([3, 3])],
    attributes: { is_causal: int(1) },
  }),
  attention('the scores themselves', byHead, { outputs: 4 }),
  ...['linear', 'nearest', 'cubic'].flatMap((mode) =>
    ['zeros', 'border', 'reflection'].flatMap((padding) =>
      [0, 1].map((align): Case => {
        const points = pixels.flatMap(([y, x]) => [coordinate(x!, 5, align), coordinate(y!, 4, align)]);
        return {
          name: `GridSample: ${mode}, ${padding}, align_corners ${align}`,
          op: 'GridSample',
          domain: onnx,
          attributes: { mode: text(mode), padding_mode: text(padding), align_corners: int(align) },
          inputs: [real(2, 3, 4, 5), tensorOf(points, 'float32', [2, 3, 2, 2])],
          fixed: mode === 'nearest' ? [1] : [],
          shapes: align
            ? [
                ['batch', 3, 'height', 'width'],
                ['batch', 'rows', 'columns', 2],
              ]
            : [],
        };
      }),
    ),
  ),
  {
    name: 'GridSample of a volume',
    op: 'GridSample',
    domain: onnx,
    inputs: [real(1, 2, 3, 4, 2), volumePoints],
  },
];

function nodeOf({ op, domain = 'com.microsoft', attributes = {}, outputs = 1 }: Case, inputs: (Value | null)[]) {
  return makeNode({ op, domain, attributes, inputs, outputs });
}

describe('expansions, compared with the kernels of ONNX Runtime', function () {
  this.timeout(60_000);

  for (const one of cases) {
    const { name, inputs, outputs = 1, fixed = [], shapes = [], uncompared = [] } = one;
    const given = inputs.flatMap((data, at) => (data ? [{ data, at }] : []));
    const build = (values: readonly Value[]) => {
      const filled = inputs.map((data, at) => (data ? values[given.findIndex((each) => each.at === at)]! : null));
      return nodeOf(one, filled);
    };
    const named = given.map(({ at }) => shapes[at]);

    it(`${name}: the same outputs (to 1e-5)`, async () => {
      const values = given.map(({ data }, at) => input(`x${at}`, data.dtype, named[at] ?? data.shape));
      const kernel = build(values);
      const expanded = expandForGradients(kernel[0]!.node) ?? expect.fail('no expansion');
      expect(expanded.length).to.equal(outputs);
      const compared = [...kernel.keys()].filter((at) => !uncompared.includes(at));
      const results = new Map(
        compared.flatMap((at): [string, Value][] => [
          [`a${at}`, kernel[at]!],
          [`b${at}`, expanded[at]!],
        ]),
      );
      for (const at of compared) expect(expanded[at]!.dtype).to.equal(kernel[at]!.dtype);
      const session = await openGraph({ inputs: values, outputs: results });
      const found = await session.run(new Map(given.map(({ data }, at) => [`x${at}`, data])));
      await session.close();
      for (const at of compared) {
        expect(found.get(`b${at}`)!.shape).to.deep.equal(found.get(`a${at}`)!.shape);
        expectClose(numbersOf(found.get(`b${at}`)!), numbersOf(found.get(`a${at}`)!), 1e-5, `output ${at}`);
        expectShape(kernel[at]!, found.get(`a${at}`)!);
      }
    });

    it(`${name}: the gradients of all inputs`, async () => {
      const wrt = given.flatMap(({ data, at }, place) =>
        data.dtype === 'float32' && !fixed.includes(at) ? [place] : [],
      );
      const floating = (values: readonly Value[]) =>
        build(values).filter(({ dtype }, at) => dtype === 'float32' && !uncompared.includes(at));
      await checkGradients(
        (...values) => floating(values),
        given.map(({ data }) => data),
        { wrt, shapes: named },
      );
    });
  }

  it('packed queries, keys and values of MultiHeadAttention equal separate ones', async () => {
    const attend = (inputs: Value[]) => {
      const [y] = makeNode({
        op: 'MultiHeadAttention',
        domain: 'com.microsoft',
        inputs,
        attributes: heads,
        outputs: 1,
      });
      return expandForGradients(y!.node)![0]!;
    };
    const parts = (x: Value) =>
      split(x, x.shape[3] as number, 3).map((part) => reshape(squeeze(part, [3]), [0, 0, -1]));
    const [all, q, pair] = [
      [2, 3, 2, 3, 2],
      [2, 3, 4],
      [2, 5, 2, 2, 2],
    ].map((shape, at) => input(`x${at}`, 'float32', shape));
    const outputs = { a0: [all!], b0: parts(all!), a1: [q!, pair!], b1: [q!, ...parts(pair!)] };
    const session = await openGraph({
      inputs: [all!, q!, pair!],
      outputs: new Map(Object.entries(outputs).map(([name, inputs]) => [name, attend(inputs)])),
    });
    const found = await session.run(
      new Map([
        ['x0', real(2, 3, 2, 3, 2)],
        ['x1', real(2, 3, 4)],
        ['x2', real(2, 5, 2, 2, 2)],
      ]),
    );
    await session.close();
    for (const at of [0, 1]) {
      expectClose(numbersOf(found.get(`a${at}`)!), numbersOf(found.get(`b${at}`)!), 1e-6, 'the output');
    }
    await checkGradients((x) => attend([x!]), [real(2, 3, 2, 3, 2)]);
    await checkGradients((x, y) => attend([x!, y!]), [real(2, 3, 4), real(2, 5, 2, 2, 2)]);
  });

  it('rows of GroupQueryAttention within the length of an example do not see places after it', async () => {
    const [x, kv] = [input('x', 'float32', [2, 3, 16]), input('kv', 'float32', [2, 3, 8])];
    const lengths = input('lengths', 'int32', [2]);
    const [y] = makeNode({
      op: 'GroupQueryAttention',
      domain: 'com.microsoft',
      inputs: [x, kv, kv, null, null, lengths, constant(whole([3]))],
      attributes: { num_heads: int(2), kv_num_heads: int(1) },
      outputs: 1,
    });
    const first = (value: Value) => slice(value, [1, 0], [2, 2], [0, 1]);
    const outputs = new Map([
      ['kernel', first(y!)],
      ['expanded', first(expandForGradients(y!.node)![0]!)],
    ]);
    const session = await openGraph({ inputs: [x, kv, lengths], outputs });
    const found = await session.run(
      new Map([
        ['x', real(2, 3, 16)],
        ['kv', real(2, 3, 8)],
        ['lengths', whole([2, 1])],
      ]),
    );
    await session.close();
    expectClose(numbersOf(found.get('expanded')!), numbersOf(found.get('kernel')!), 1e-6, 'the output');
  });

  it('gives a value that is several inputs its gradient once, as in self-attention', async () => {
    const self = (x: Value) =>
      makeNode({ op: 'MultiHeadAttention', domain: 'com.microsoft', inputs: [x, x, x], attributes: heads, outputs: 1 });
    await checkGradients((x) => self(x!)[0]!, [real(2, 3, 4)]);
    const lstm = (x: Value, w: Value, state: Value) =>
      makeNode({
        op: 'LSTM',
        inputs: [x, w, w, null, null, state, state],
        attributes: { hidden_size: int(2) },
        outputs: 1,
      });
    await checkGradients((x, w, state) => lstm(x!, w!, state!)[0]!, [real(2, 1, 2), real(1, 8, 2), real(1, 1, 2)]);
  });

  it('names what has no gradient, and what to do instead', () => {
    const decoder = (past: Value | null) =>
      makeNode({
        op: 'GroupQueryAttention',
        domain: 'com.microsoft',
        inputs: [
          input('x', 'float32', ['batch', 'time', 8]),
          ...[1, 2].map((at) => input(`kv${at}`, 'float32', ['batch', 'time', 8])),
          past,
        ],
        attributes: { num_heads: int(2), kv_num_heads: int(2) },
        outputs: 1,
        origin: '/layers.0/attn',
      })[0]!.node;
    expect(expandForGradients(decoder(input('past', 'float32', ['batch', 2, 0, 4])))).to.have.lengthOf(1);
    expect(() => expandForGradients(decoder(input('past', 'float32', ['batch', 2, 'past', 4]))))
      .to.throw('GroupQueryAttention (node "/layers.0/attn") has no gradient: its cache may hold earlier keys.')
      .with.property('hint', 'Bind the cache to an empty one: all places are computed at once in training.');
  });

  it('covers every expansion but the recurrent ones, which have their own tests', () => {
    const covered = new Set(cases.map(({ op, domain = 'com.microsoft' }) => `${domain}.${op}`));
    const normalizations = ['GRU', 'LSTM', 'RNN', 'LRN', 'LpNormalization', 'MeanVarianceNormalization'];
    const standard = Object.keys(standardExpansions).filter((op) => !normalizations.includes(op));
    const all = [
      ...standard.map((op) => `.${op}`),
      ...Object.keys(microsoftExpansions).map((op) => `com.microsoft.${op}`),
    ];
    expect(all.filter((op) => !covered.has(op))).to.deep.equal([]);
  });
});

/** The inferred type fits what the kernel computed: sizes that have no name are equal. */
function expectShape({ shape }: Value, { shape: actual }: TensorData): void {
  expect(shape.length).to.equal(actual.length);
  for (const [axis, size] of shape.entries()) if (typeof size === 'number') expect(size).to.equal(actual[axis]);
}
