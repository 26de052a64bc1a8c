import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adam, elements, type NamedTensors, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { quantizeWeights } from '@forge-ml/onnx';
import { numbersOf } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { OnnxBackend } from '../backend.js';
import { dense } from '../layers/dense.js';
import { sequential } from '../layers/sequential.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { OnnxModel } from '../model/onnx-model.js';

import { fromOnnx } from './from-onnx.js';
import { float32, modelOf, nodeOf } from './model-file.test.support.js';

// In Node, not in the test's own realm.
const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');

/** Numbers between -0.5 and 0.5 that look random. */
const noise = (seed: number, ...shape: number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => {
      const large = Math.sin(at * 12.9898 + seed) * 43758.5453;
      return large - Math.floor(large) - 0.5;
    }),
    shape,
  );

/** x [batch, 32] · up.weight + up.bias, tanh, · down.weight, tanh. */
const file = modelOf({
  inputs: { x: float32('batch', 32) },
  initializers: { 'up.weight': noise(0.7, 32, 64), 'up.bias': noise(0.3, 64), 'down.weight': noise(1.3, 64, 16) },
  nodes: [
    nodeOf('MatMul', ['x', 'up.weight'], ['product']),
    nodeOf('Add', ['product', 'up.bias'], ['sum']),
    nodeOf('Tanh', ['sum'], ['hidden']),
    nodeOf('MatMul', ['hidden', 'down.weight'], ['projected']),
    nodeOf('Tanh', ['projected'], ['features']),
  ],
  outputs: ['features'],
});
const batch = {
  x: noise(2.1, 6, 32),
  labels: tensor(Int32Array.of(0, 2, 1, 2, 1, 0)),
};

async function inSession(model: OnnxModel, work: (session: TrainSession) => Promise<void>): Promise<void> {
  const engine = await new OnnxBackend().start({ engine: 'cpu', searchFrom: [] });
  const session = await engine.build({ load: () => model, sample: batch, seed: 1 });
  try {
    await work(session);
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

const captured = async (session: TrainSession): Promise<NamedTensors> => (await session.capture()).parameters;

describe('fine-tuning on quantized weights', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-quantized-'));
    await writeFile(join(folder, 'model.onnx'), file);
  });
  after(() => rm(folder, { recursive: true }));

  for (const options of [
    { bits: 4, block: 16 },
    { bits: 8, block: 16, symmetric: true },
    { bits: 4, block: 16, format: 'qdq' },
    { bits: 8, block: 0, format: 'qdq' },
  ] as const) {
    it(`${JSON.stringify(options)}: predicts as ONNX Runtime, and trains a head and the biases`, async () => {
      const path = join(folder, 'quantized.onnx');
      await quantizeWeights(join(folder, 'model.onnx'), path, options);
      const head = sequential(dense(3));
      const model = await fromOnnx(path, {
        head,
        optimizer: adam(0.05),
        loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
      });
      await inSession(model, async (session) => {
        const names = session.parameters.map(({ name }) => name);
        expect(names[0]).to.equal('up.bias');
        expect(names).to.have.length(3);
        const before = await captured(session);
        const losses: number[] = [];
        for (let step = 0; step < 40; step++) {
          losses.push(Number((await session.step(batch, { step, metrics: true })).loss));
        }
        expect(losses.at(-1)).to.be.below(0.5 * losses[0]!);
        const bias = numbersOf((await captured(session)).get('up.bias')!);
        expect(bias).not.to.deep.equal(numbersOf(before.get('up.bias')!));
      });
      await inSession(await plain(path), async (session) => {
        const { output } = await session.predict({ x: batch.x });
        const expected = await featuresOf(path);
        numbersOf(output!).forEach((value, at) => {
          expect(value).to.be.closeTo(expected[at]!, 1e-6);
        });
      });
    });
  }

  function plain(path: string): Promise<OnnxModel> {
    return fromOnnx(path, { loss: ({ labels }, features) => softmaxCrossEntropy(features, labels!) });
  }

  async function featuresOf(path: string): Promise<number[]> {
    const extra = { session: { qdq_matmulnbits_accuracy_level: '1' } };
    const session = await ort.InferenceSession.create(path, { logSeverityLevel: 4, extra });
    const x = new ort.Tensor('float32', elements(batch.x) as Float32Array, batch.x.shape);
    const results = await session.run({ x });
    await session.release();
    return Array.from(results.features!.data as Float32Array);
  }
});
