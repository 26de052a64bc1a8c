import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adam, type Batch, type Engine, tensor } from '@forge-ml/core/plugin';
import { quantizeWeights } from '@forge-ml/onnx';
import { expect } from 'chai';
import { meanSquaredError } from '../../layers/losses.js';
import { startWith } from '../../session/models.test.support.js';
import { fromOnnx } from '../from-onnx.js';
import { float32, modelOf, nodeOf } from '../model-file.test.support.js';

/** Numbers like random ones, the same every time; no low rank, as sines of evenly spaced angles have. */
const noise = (seed: number, rows: number, columns: number) =>
  tensor(
    Float32Array.from({ length: rows * columns }, (_, at) => Math.sin((at + 1) ** 2 * seed) * 0.5),
    [rows, columns],
  );

const model = modelOf({
  inputs: { x: float32('batch', 32) },
  initializers: { 'up.weight': noise(1.1, 32, 48), 'down.weight': noise(1.7, 48, 16) },
  nodes: [
    nodeOf('MatMul', ['x', 'up.weight'], ['up']),
    nodeOf('Tanh', ['up'], ['act']),
    nodeOf('MatMul', ['act', 'down.weight'], ['y']),
  ],
  outputs: ['y'],
});
const batch: Batch = { x: noise(0.9, 8, 32), target: noise(0.4, 8, 16) };

describe('LoRA on quantized weights', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-quantized-base-'));
    await writeFile(join(folder, 'model.onnx'), model);
  });
  after(() => rm(folder, { recursive: true }));

  for (const binding of ['native', 'package'] as const) {
    it(`trains on MatMulNBits as on DequantizeLinear of the same numbers (${binding})`, async () => {
      const engine = await startWith(binding);
      try {
        const nbits = await trained(engine, 'nbits', binding);
        const qdq = await trained(engine, 'qdq', binding);
        expect(nbits.names).to.deep.equal([
          'up.lora_A.weight',
          'up.lora_B.weight',
          'down.lora_A.weight',
          'down.lora_B.weight',
        ]);
        expect(nbits.names).to.deep.equal(qdq.names);
        for (const [at, loss] of nbits.losses.entries()) expect(loss).to.be.closeTo(qdq.losses[at]!, 1e-5);
        expect(nbits.losses.at(-1)).to.be.below(nbits.losses[0]! * 0.95);
      } finally {
        await engine.dispose();
      }
    });
  }

  async function trained(engine: Engine, format: 'nbits' | 'qdq', binding: string) {
    const file = join(folder, `${format}-${binding}.onnx`);
    await quantizeWeights(join(folder, 'model.onnx'), file, { bits: 8, block: 16, format });
    const load = () =>
      fromOnnx(file, {
        lora: { rank: 4, targets: ['*'] },
        loss: ({ target }, y) => meanSquaredError(y, target!),
        optimizer: adam(0.02),
      });
    const session = await engine.build({ load, sample: batch, seed: 1 });
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) losses.push((await session.step(batch, { step, metrics: true })).loss!);
    const names = session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    await session.dispose();
    return { losses, names };
  }
});
