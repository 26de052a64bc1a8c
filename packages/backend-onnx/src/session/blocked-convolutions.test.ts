import { type Batch, elements, tensor } from '@forge-ml/core/plugin';
import { gradientsOf, modelBytes, ops } from '@forge-ml/onnx';
import { input, rebuild, type Value } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import * as ort from 'onnxruntime-node';
import { OrtWorker } from '../runtime/ort-worker.js';
import { examplesIn } from './batches.js';
import { blockedConv, blockedConvolutions } from './blocked-convolutions.js';
import { findConvolutionBlock } from './find-convolution-block.js';

interface Case {
  readonly images: readonly [batch: number, channels: number, height: number, width: number];
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
}

/** Of 16 filters and more: a block has 8 or 16 channels. */
const cases: readonly Case[] = [
  { images: [2, 1, 28, 28], filters: 16, kernel: [5, 5] },
  { images: [3, 3, 16, 15], filters: 32, kernel: [3, 3], pads: [1, 1, 1, 1] },
  { images: [16, 16, 12, 12], filters: 32, kernel: [5, 5] },
  { images: [17, 32, 9, 8], filters: 16, kernel: [3, 2], strides: [2, 1], pads: [1, 0, 0, 1] },
  { images: [20, 24, 9, 9], filters: 48, kernel: [3, 3], dilations: [2, 1], pads: [2, 1, 2, 1] },
  { images: [18, 19, 7, 7], filters: 16, kernel: [3, 3], pads: [1, 1, 1, 1] },
];

describe('blocked convolutions', function () {
  this.timeout(60_000);
  let block: number;
  before(async function () {
    const worker = new OrtWorker({
      provider: 'cpu',
      threads: 1,
      deviceId: undefined,
      home: 'memory',
      binding: 'package',
    });
    const found = await findConvolutionBlock(worker);
    await worker.end();
    // A processor without vector instructions that ONNX Runtime has blocked convolutions for.
    if (found === undefined) this.skip();
    block = found;
  });

  for (const given of cases) {
    it(`compute what plain ones do, and their gradients: ${JSON.stringify(given)}`, async () => {
      const { images, filters, kernel, ...options } = given;
      // The size of the batch is only known at run time.
      const x = input('x', 'float32', ['batch', ...images.slice(1)]);
      const weights = input('w', 'float32', [filters, images[1], ...kernel]);
      const bias = input('b', 'float32', [filters]);
      const batch: Batch = { x: noise(images), w: noise([filters, images[1], ...kernel]), b: noise([filters]) };
      const graph = (rules: ReturnType<typeof blockedConvolutions>['rules'] = []) => {
        const y = ops.conv(x, weights, bias, options);
        const loss = ops.reduceMean(ops.mul(y, ops.sigmoid(y)), undefined, { keepdims: false });
        const [dx, dw, db] = gradientsOf(loss, [x, weights, bias], rules) as Value[];
        return { inputs: [x, weights, bias], outputs: new Map(Object.entries({ y, dx: dx!, dw: dw!, db: db! })) };
      };
      const { rules, rewrite } = blockedConvolutions(block, examplesIn(batch));
      const expected = await run(modelBytes(graph()), batch);
      const blocked = rebuild(graph(rules), { rewrite: rewrite! });
      const bytes = modelBytes(blocked);
      expect(Buffer.from(bytes).toString('latin1')).to.include('com.microsoft.nchwc');
      const found = await run(bytes, batch);
      for (const [name, values] of Object.entries(expected)) {
        const most = values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
        for (const [at, value] of values.entries()) {
          if (Math.abs(found[name]![at]! - value) > 1e-5 * most) {
            throw new Error(`${name}[${at}] is ${found[name]![at]} instead of ${value}`);
          }
        }
      }
    });
  }

  it('replace only what they are faster for', () => {
    const replaced = (filters: number, channels: number, kernel: number) => {
      const x = input('x', 'float32', ['batch', channels, 9, 9]);
      const y = ops.conv(x, input('w', 'float32', [filters, channels, kernel, kernel]));
      return y.kind === 'node' && blockedConv(y.node, block) !== undefined;
    };
    expect(replaced(32, 16, 3)).to.equal(true);
    expect(replaced(30, 16, 3)).to.equal(false);
    expect(replaced(32, 16, 1)).to.equal(false);
  });
});

function noise(shape: readonly number[]) {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length }, (_, at) => Math.sin(at * 1.7 + shape.length)),
    shape,
  );
}

async function run(model: Uint8Array, batch: Batch): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const feeds = Object.entries(batch).map(([name, { shape, ...rest }]) => {
    return [name, new ort.Tensor('float32', elements({ shape, ...rest }) as Float32Array, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, value.data as Float32Array]));
}
