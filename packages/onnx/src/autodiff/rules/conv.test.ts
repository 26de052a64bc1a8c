import { conv, convTranspose } from '../../ops/linear.js';
import { RandomStream } from '../../random.test.support.js';
import { convGradient } from '../conv-gradient.js';
import { type CheckOptions, checkGradients, randomTensor } from '../finite-differences.test.support.js';

const random = RandomStream.of(9, 'conv');

interface Shapes {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly group: number;
  readonly channels: number;
  readonly filters: number;
  readonly sizes: readonly number[];
}

function randomShapes(rank: number): Shapes {
  const each = (draw: (at: number) => number) => Array.from({ length: rank }, (_, at) => draw(at));
  const kernel = each(() => 1 + random.below(3));
  const dilations = each(() => 1 + random.below(2));
  const pads = [...each((at) => random.below(kernel[at]!)), ...each((at) => random.below(kernel[at]!))];
  const group = 1 + random.below(3);
  return {
    kernel,
    dilations,
    pads,
    strides: each(() => 1 + random.below(3)),
    group,
    channels: group * (1 + random.below(2)),
    filters: group * (1 + random.below(2)),
    sizes: each((at) => (kernel[at]! - 1) * dilations[at]! + 1 + random.below(4)),
  };
}

/** float32: ONNX Runtime has no convolution of other dtypes. */
const real = (shape: readonly number[]) => randomTensor(random, shape, 'normal', 'float32');

async function checkConv(
  shapes: Shapes,
  unknown?: CheckOptions['shapes'],
  rules: CheckOptions['rules'] = [],
): Promise<void> {
  const { kernel, channels, filters, group, sizes, ...options } = shapes;
  const data = [real([2, channels, ...sizes]), real([filters, channels / group, ...kernel]), real([filters])];
  try {
    await checkGradients((x, w, b) => conv(x!, w!, b, { ...options, group }), data, {
      rules,
      ...(unknown ? { shapes: unknown } : {}),
    });
  } catch (error) {
    throw new Error(`${JSON.stringify(shapes)}: ${(error as Error).message}`, { cause: error });
  }
}

const plain = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1 };

describe('gradients of convolutions (float32)', function () {
  this.timeout(60_000);

  for (const rank of [1, 2]) {
    it(`Conv, ${rank}-d: kernels, strides, dilations, uneven pads and groups at random`, async () => {
      for (let round = 0; round < 15; round++) await checkConv(randomShapes(rank));
    });
  }

  it('Conv, 3-d', async () => {
    await checkConv({ ...randomShapes(3), group: 1, channels: 1, filters: 2 });
  });

  it('Conv with a product for each kernel position (many channels)', async () => {
    for (let round = 0; round < 4; round++) {
      await checkConv({ ...randomShapes(2), group: 1, channels: 5, filters: 2 });
    }
  });

  it('Conv 1×1, with and without strides and groups', async () => {
    const shapes = { ...plain, kernel: [1, 1], channels: 4, filters: 2, sizes: [3, 4] };
    await checkConv(shapes);
    await checkConv({ ...shapes, strides: [2, 2] });
    await checkConv({ ...shapes, group: 2 });
  });

  it('Conv for an engine of fast convolutions: all gradients are convolutions', async () => {
    const rules = [convGradient(() => true)];
    for (let round = 0; round < 15; round++) await checkConv(randomShapes(2), undefined, rules);
    // Wide pads and dilations, which the turned convolution needs to be cut for.
    for (const dilation of [1, 2]) {
      const shapes = { ...plain, kernel: [3, 3], dilations: [dilation, dilation], channels: 5, filters: 2 };
      await checkConv({ ...shapes, pads: [2, 1, 1, 2], sizes: [6, 7] }, undefined, rules);
      await checkConv({ ...shapes, pads: [3, 0, 0, 3], sizes: [6, 7] }, undefined, rules);
    }
  });

  it('Conv, depthwise', async () => {
    await checkConv({ ...plain, kernel: [3, 3], pads: [1, 1, 1, 1], group: 3, channels: 3, filters: 6, sizes: [4, 4] });
  });

  it('Conv of sizes only known at run time', async () => {
    for (const group of [1, 2]) {
      for (const strides of [
        [1, 1],
        [2, 3],
      ]) {
        const shapes = {
          ...plain,
          kernel: [3, 2],
          pads: [1, 0, 1, 1],
          strides,
          group,
          channels: 2,
          filters: 2,
          sizes: [5, 6],
        };
        await checkConv(shapes, [['batch', 2, 'height', 'width']]);
        await checkConv(shapes, [['batch', 2, 5, 6]]);
      }
    }
    await checkConv({ ...plain, kernel: [3, 3], channels: 5, filters: 1, sizes: [4, 4] }, [['batch', 5, 4, 4]]);
  });

  it('ConvTranspose: kernels, strides, dilations, pads, output padding and groups at random', async () => {
    for (let round = 0; round < 15; round++) {
      const { kernel, channels, filters, group, sizes, strides, dilations } = randomShapes(2);
      const outputPadding = strides.map((stride) => random.below(stride));
      const pads = [...kernel, ...kernel].map((size) => random.below(size));
      const options = { strides, dilations, group, outputPadding, pads };
      const data = [real([2, channels, ...sizes]), real([channels, filters / group, ...kernel]), real([filters])];
      await checkGradients((x, w, b) => convTranspose(x!, w!, b, options), data);
    }
  });
});
