import { constant, input, int, makeNode, parameter, tensorOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { chooseAdapters } from './choose-adapters.js';

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

  it('is a product of whole numbers', () => {
    const w = constant(tensorOf(zeros(12), 'int8', [4, 3]));
    const [y] = makeNode({ op: 'MatMulInteger', inputs: [input('x', 'uint8', [2, 4]), w] });
    const names = new Map([[w, 'fc.weight_quantized']]);
    expect(() => chooseAdapters([y!], ['fc*'], names)).to.throw(
      'lora cannot adapt fc.weight_quantized: it is a MatMulInteger, which multiplies whole numbers.',
    );
  });
});
