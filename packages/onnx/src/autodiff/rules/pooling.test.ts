import { int, ints } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { input } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import * as ops from '../../ops/pooling.js';
import { reduceSum } from '../../ops/reduction.js';
import { RandomStream } from '../../random.test.support.js';
import { numbersOf } from '../../tensor/numbers.js';
import { tensor } from '../../tensor/tensor.js';
import { checkGradients, expectClose, randomTensor } from '../finite-differences.test.support.js';
import { gradientsOf } from '../gradients.js';
import { openGraph } from '../run-graph.test.support.js';

const random = RandomStream.of(15, 'pooling');

function randomPool(rank: number) {
  const kernel = Array.from({ length: rank }, () => 1 + random.below(3));
  return {
    kernel,
    strides: kernel.map(() => 1 + random.below(3)),
    dilations: kernel.map(() => 1 + random.below(2)),
    // A window of padding alone has no elements.
    pads: [...kernel, ...kernel].map((size) => (size > 1 ? random.below(2) : 0)),
    ceilMode: random.below(2) === 1,
  };
}

describe('gradients of pooling (float32)', function () {
  this.timeout(60_000);
  const image = (shape: readonly number[]) => randomTensor(random, shape, 'distinct', 'float32');

  it('MaxPool: windows, strides, dilations and pads at random', async () => {
    for (let round = 0; round < 20; round++) {
      const { kernel, ...options } = randomPool(1 + (round % 2));
      const shape = [2, 2, ...kernel.map(() => 5 + random.below(2))];
      await checkGradients((x) => ops.maxPool(x, kernel, options), [image(shape)]);
    }
  });

  it('MaxPool of adjacent windows, with and without a remainder', async () => {
    for (const sizes of [
      [4, 6],
      [5, 7],
    ]) {
      await checkGradients((x) => ops.maxPool(x, [2, 3], { strides: [2, 3] }), [image([2, 2, ...sizes])]);
      await checkGradients((x) => ops.maxPool(x, [2, 3], { strides: [2, 3] }), [image([2, 2, ...sizes])], {
        shapes: [['batch', 2, 'height', 'width']],
      });
    }
    await checkGradients((x) => ops.maxPool(x, [2], { strides: [2] }), [image([2, 2, 6])]);
    await checkGradients((x) => ops.maxPool(x, [2, 1, 2], { strides: [2, 1, 2] }), [image([1, 2, 4, 2, 2])]);
  });

  it('AveragePool: windows, strides, dilations and pads at random, padding counted or not', async () => {
    for (let round = 0; round < 24; round++) {
      const { kernel, ...options } = randomPool(1 + (round % 2));
      const shape = [2, 2, ...kernel.map(() => 5 + random.below(2))];
      const countIncludePad = random.below(2) === 1;
      try {
        await checkGradients((x) => ops.averagePool(x, kernel, { ...options, countIncludePad }), [image(shape)]);
      } catch (error) {
        throw new Error(
          `${JSON.stringify({ kernel, ...options, countIncludePad, shape })}: ${(error as Error).message}`,
        );
      }
    }
  });

  it('AveragePool of adjacent windows, and of sizes only known at run time', async () => {
    const unknown = { shapes: [['batch', 2, 'height', 'width']] };
    for (const sizes of [
      [4, 6],
      [5, 7],
    ]) {
      const tiles = { strides: [2, 3] };
      await checkGradients((x) => ops.averagePool(x, [2, 3], tiles), [image([2, 2, ...sizes])]);
      await checkGradients((x) => ops.averagePool(x, [2, 3], tiles), [image([2, 2, ...sizes])], unknown);
      const padded = { strides: [1, 2], pads: [1, 0, 0, 1] };
      await checkGradients((x) => ops.averagePool(x, [2, 2], padded), [image([2, 2, ...sizes])], unknown);
    }
  });

  it('LpPool: norms, windows, strides, dilations and pads at random', async () => {
    for (let round = 0; round < 18; round++) {
      const { kernel, dilations, ceilMode, ...drawn } = randomPool(1 + (round % 2));
      // ONNX Runtime infers another shape than it computes where a last window would start in the padding.
      const strides = ceilMode ? kernel : drawn.strides;
      const pads = ceilMode ? drawn.pads.map(() => 0) : drawn.pads;
      const shape = [2, 2, ...kernel.map(() => 5 + random.below(2))];
      const attributes = { kernel_shape: ints(kernel), strides: ints(strides), dilations: ints(dilations) };
      const more = { pads: ints(pads), ceil_mode: int(ceilMode), p: int(1 + (round % 3)) };
      await checkGradients((x) => call('LpPool', [x], { ...attributes, ...more }), [image(shape)]);
    }
  });

  it('LpPool of a window of zeros, and GlobalLpPool', async () => {
    const zeros = tensor(Float32Array.of(0, 0, 1, 2), [1, 1, 4]);
    const x = input('x', 'float32', [1, 1, 4]);
    const y = call('LpPool', [x], { kernel_shape: ints([2]), strides: ints([2]) });
    const [slope] = gradientsOf(reduceSum(y, undefined, { keepdims: false }), [x]);
    const session = await openGraph({ inputs: [x], outputs: new Map([['g', slope!]]) });
    const found = numbersOf((await session.run(new Map([['x', zeros]]))).get('g')!);
    await session.close();
    expectClose(found, [0, 0, 1 / Math.sqrt(5), 2 / Math.sqrt(5)], 1e-6, 'the gradient');
    for (const p of [1, 2, 3]) {
      const build = (value: Value) => call('GlobalLpPool', [value], { p: int(p) });
      await checkGradients(build, [image([2, 3, 2, 3])]);
      await checkGradients(build, [image([2, 3, 2, 3])], { shapes: [['batch', 3, 'height', 'width']] });
    }
  });

  it('AveragePool with a window larger than the image, which ceil_mode allows', async () => {
    for (const kernel of [
      [4, 6],
      [320, 320],
    ]) {
      const all = { strides: kernel, ceilMode: true };
      await checkGradients((x) => ops.averagePool(x, kernel, all), [image([2, 3, 4, 5])]);
    }
  });

  it('global pooling', async () => {
    for (const op of [ops.globalAveragePool, ops.globalMaxPool]) {
      await checkGradients(op, [image([2, 3, 2, 3])]);
      await checkGradients(op, [image([2, 3, 2, 3])], { shapes: [['batch', 3, 'height', 'width']] });
    }
  });
});
