import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, type Engine, elements, sgd, tensor } from '@forge-ml/core/plugin';
import { mul, reduceMean } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { startCpu } from '../../session/models.test.support.js';
import { fromOnnx } from '../from-onnx.js';
import { modelOf } from '../model-file.test.support.js';
import { forms, integerModel, realModel, step } from './integer-models.test.support.js';

/** Numbers on the grid of static forms, so that they are rounded to themselves. */
const grid = (seed: number, shape: readonly number[]) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length }, (_, at) => step * Math.round(16 * Math.sin((at + 1) ** 2 * seed))),
    shape,
  );
};

describe('LoRA on products of whole numbers', () => {
  let engine: Engine;
  let folder: string;
  before(async () => {
    engine = await startCpu();
    folder = await mkdtemp(join(tmpdir(), 'forge-integer-products-'));
  });
  after(async () => {
    await engine.dispose();
    await rm(folder, { recursive: true });
  });

  /** The adapters after steps on a loss that is linear in y, so that gradients do not depend on how y is rounded. */
  async function trained(file: string, batch: Batch, targets: string, steps: number) {
    const load = () =>
      fromOnnx(file, {
        lora: { rank: 2, alpha: 6, targets },
        loss: ({ t }, y) => reduceMean(mul(y, t!), undefined, { keepdims: false }),
        optimizer: sgd(0.05),
      });
    const session = await engine.build({ load, sample: batch, seed: 3 });
    for (let at = 0; at < steps; at++) await session.step(batch, { step: at, metrics: false });
    const { parameters } = await session.capture();
    await session.dispose();
    return new Map([...parameters].filter(([name]) => /lora_/.test(name)));
  }

  for (const [name, { isConv }] of Object.entries(forms)) {
    it(`trains as on the real numbers that they stand for: ${name}`, async () => {
      const [whole, real] = ['whole.onnx', 'real.onnx'].map((file) => join(folder, file)) as [string, string];
      await writeFile(whole, modelOf(integerModel(name)));
      await writeFile(real, modelOf(realModel(name)));
      const batch: Batch = isConv
        ? { x: grid(0.9, [5, 3, 6]), t: grid(0.4, [5, 2, 6]) }
        : { x: grid(0.9, [5, 8]), t: grid(0.4, [5, 4]) };
      // The first layer, whose gradient goes through the second.
      const [ours, theirs] = [await trained(whole, batch, 'up', 3), await trained(real, batch, 'up', 3)];
      expect([...ours.keys()]).to.deep.equal(['up.lora_A.weight', 'up.lora_B.weight']);
      for (const [key, value] of ours) {
        const [a, b] = [value, theirs.get(key)!].map((data) => elements(data) as Float32Array);
        expect(value.shape).to.deep.equal(theirs.get(key)!.shape);
        const greatest = b!.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
        expect(greatest).to.be.above(1e-3);
        for (const [at, number] of a!.entries()) expect(number / greatest).to.be.closeTo(b![at]! / greatest, 1e-5, key);
      }
      const both = await trained(whole, batch, '*', 1);
      expect([...both.keys()].map((key) => key.split('.')[0])).to.deep.equal(['up', 'up', 'down', 'down']);
    });
  }
});
