import { call, constant, input, int, ints, makeNode, parameter, tensorOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { chooseAdapters } from './choose-adapters.js';
import { skippedLayers } from './skipped-layers.js';

const zeros = (count: number) => new Array<number>(count).fill(0);

describe('a target that can have no adapter', () => {
  it('is a convolution of groups: the error names it, and the next step', () => {
    const x = input('x', 'float32', [1, 4, 8, 8]);
    const w = parameter('block.depthwise.weight', tensorOf(zeros(36), 'float32', [4, 1, 3, 3]), { trainable: true });
    const [y] = makeNode({ op: 'Conv', inputs: [x, w], attributes: { group: int(4) } });
    for (const target of ['block.depthwise', '*.weight']) {
      expect(() => chooseAdapters([y!], [target])).to.throw(
        'lora cannot adapt block.depthwise.weight: it is a Conv of 4 groups,',
      );
    }
  });

  it('is a product of whole numbers that nothing makes real', () => {
    const w = parameter('fc.weight_quantized', tensorOf(zeros(12), 'int8', [4, 3]), { trainable: false });
    const [y] = makeNode({ op: 'MatMulInteger', inputs: [input('x', 'uint8', [2, 4]), w] });
    expect(() => chooseAdapters([y!], ['fc*'])).to.throw(
      'lora cannot adapt fc.weight_quantized: it is a MatMulInteger, whose result is not made real by a Cast and a Mul of both scales.',
    );
  });

  it('is a table whose rows are multiplied as whole numbers', () => {
    const table = parameter('embed.weight_quantized', tensorOf(zeros(12), 'uint8', [4, 3]), { trainable: false });
    const rows = call('Gather', [table, input('ids', 'int64', [2])]);
    const scale = constant(tensorOf([0.1], 'float32', []));
    const w = constant(tensorOf(zeros(12), 'int8', [3, 4]));
    const real = call('DequantizeLinear', [rows, scale]);
    const whole = call('MatMulInteger', [rows, w]);
    expect([...chooseAdapters([real], ['*']).values()].map(({ name }) => name)).to.deep.equal(['embed']);
    expect(() => chooseAdapters([real, whole], ['embed*'])).to.throw(
      'lora cannot adapt embed.weight_quantized: it is a Gather of whole numbers,',
    );
  });

  it('is named in a warning where the targets match other layers too', () => {
    const x = input('x', 'float32', ['batch', 4]);
    const weight = (name: string, ...shape: number[]) =>
      parameter(name, tensorOf(zeros(shape.reduce((a, b) => a * b)), 'float32', shape), { trainable: true });
    const conv = (at: number) => {
      const image = call('Reshape', [x, constant(tensorOf([-1, 4, 1, 1], 'int64', [4]))]);
      return call('Conv', [image, weight(`blocks.${at}.dw.weight`, 4, 1, 3, 3)], {
        group: int(4),
        pads: ints([1, 1, 1, 1]),
      });
    };
    const { outputs } = makeNode(
      {
        ...{ op: 'QAttention', domain: 'com.microsoft', outputs: 1 },
        inputs: [x, parameter('attention.weight_quantized', tensorOf(zeros(12), 'int8', [4, 3]), { trainable: false })],
      },
      [{ dtype: 'float32', shape: ['batch', 4] }],
    )[0]!.node;
    const ends = [call('MatMul', [x, weight('fc.weight', 4, 3)]), ...[1, 2, 3, 4].map(conv), outputs[0]!];
    expect(skippedLayers(ends, ['*'], new Map(), 1)).to.deep.equal([
      'lora: 5 of the 6 layers that its targets match have no adapter: blocks.1.dw, blocks.2.dw, blocks.3.dw and 1 more ' +
        '(a Conv of 4 groups); attention (a fused QAttention). Train it as a whole: also. ' +
        'Take the file from before its attention was fused, and quantize that.',
    ]);
    expect(skippedLayers(ends, undefined, new Map(), 1)).to.deep.equal([
      'lora: 1 of the 2 layers that its targets match have no adapter: attention (a fused QAttention). ' +
        'Take the file from before its attention was fused, and quantize that.',
    ]);
    expect(skippedLayers(ends, ['fc'], new Map(), 1)).to.deep.equal([]);
  });
});
