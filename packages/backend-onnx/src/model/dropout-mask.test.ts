import { modelBytes } from '@forge-ml/onnx';
import { input } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import * as ort from 'onnxruntime-node';
import { dropoutMask } from './dropout-mask.js';

async function masks(rate: number, seeds: readonly number[]): Promise<Float32Array[]> {
  const x = input('x', 'float32', ['batch', 500]);
  const seed = input('seed', 'uint32', []);
  const outputs = new Map([['mask', dropoutMask(x, rate, seed)]]);
  const session = await ort.InferenceSession.create(modelBytes({ inputs: [x, seed], outputs }), {
    intraOpNumThreads: 1,
  });
  const made: Float32Array[] = [];
  for (const one of seeds) {
    const { mask } = await session.run({
      x: new ort.Tensor('float32', new Float32Array(100_000), [200, 500]),
      seed: new ort.Tensor('uint32', Uint32Array.of(one), []),
    });
    expect(mask!.dims).to.deep.equal([200, 500]);
    made.push(mask!.data as Float32Array);
  }
  await session.release();
  return made;
}

function share(count: number, kept: (at: number) => boolean): number {
  return Array.from({ length: count }, (_, at) => Number(kept(at))).reduce((sum, one) => sum + one) / count;
}

describe('the dropout mask', () => {
  // With 100,000 elements the share's deviation is at most 0.0016; bounds are five of them.
  for (const rate of [0.1, 0.5, 0.9]) {
    it(`drops ${rate} and scales the rest so that the mean stays`, async () => {
      const [mask] = await masks(rate, [42]);
      expect(share(100_000, (at) => mask![at] === 0)).to.be.closeTo(rate, 0.008);
      expect(Math.max(...new Set(mask))).to.be.closeTo(1 / (1 - rate), 1e-6);
      expect(new Set(mask).size).to.equal(2);
    });
  }

  it('is the same for a seed, and independent between seeds and between neighbours', async () => {
    const [one, again, next, far] = await masks(0.5, [1, 1, 2, 0x80000001]);
    expect(again).to.deep.equal(one);
    for (const other of [next!, far!]) {
      expect(share(100_000, (at) => one![at] === other[at])).to.be.closeTo(0.5, 0.008);
    }
    for (const distance of [1, 2, 500]) {
      expect(share(99_000, (at) => one![at] === one![at + distance])).to.be.closeTo(0.5, 0.008);
    }
  });
});
