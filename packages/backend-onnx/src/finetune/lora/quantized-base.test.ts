import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adam, type Batch, type Engine, elements, tensor } from '@forge-ml/core/plugin';
import { quantizeWeights } from '@forge-ml/onnx';
import { scalar, type Value } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { dense } from '../../layers/dense.js';
import { meanSquaredError } from '../../layers/losses.js';
import type { OneLossModel, OnnxContext } from '../../model/onnx-model.js';
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

/** Rows of the weights that fill no whole number of blocks. */
const odd = {
  inputs: { x: float32('batch', 40) },
  initializers: { w: noise(1.3, 40, 20) },
  nodes: [nodeOf('MatMul', ['x', 'w'], ['y'])],
  outputs: ['y'],
};
const odds: Batch = { x: noise(0.7, 8, 40) };

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

  for (const bits of [4, 8] as const) {
    it(`computes before the first step what ONNX Runtime does with constant weights of ${bits} bits`, async () => {
      const file = join(folder, `odd-${bits}.onnx`);
      await writeFile(join(folder, 'odd.onnx'), modelOf(odd));
      await quantizeWeights(join(folder, 'odd.onnx'), file, { bits, block: 16 });
      const engine = await startWith('native');
      try {
        const loss = (_: object, { z }: Record<string, Value>) => meanSquaredError(z!, scalar(0));
        const classify = dense(1);
        const head = (y: Value, context: OnnxContext) => ({ y, z: classify(y, context) });
        const plain = await predicted(engine, () => fromOnnx(file, { trainable: [], head, loss }));
        const adapted = await predicted(engine, () => fromOnnx(file, { lora: { targets: ['*'] }, head, loss }));
        expect(plain).to.have.length(8 * 20);
        for (const [at, number] of adapted.entries()) expect(number).to.be.closeTo(plain[at]!, 1e-5);
      } finally {
        await engine.dispose();
      }
    });
  }

  async function predicted(engine: Engine, load: () => Promise<OneLossModel<Record<string, Value>>>) {
    const session = await engine.build({ load, sample: odds, seed: 1 });
    const { y } = await session.predict(odds);
    await session.dispose();
    return [...(elements(y!) as Float32Array)];
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
