import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, ForgeLibrary, type LoadedRun, tensor } from '@forge-ml/core';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';

const data = `import { defineData, fromArrays } from '@forge-ml/core';
export default defineData({
  flags: {},
  load() {
    const images = Array.from({ length: 32 }, (_, n) =>
      Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => [Math.sin(n + y * 3 + x * 5)])));
    const labels = Int32Array.from({ length: 32 }, (_, n) => n % 3);
    return { train: fromArrays({ images, labels }).batch(8) };
  },
});`;

const trainedModel = `import { adam } from '@forge-ml/backend-tfjs';
import { defineModel } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
export default defineModel({
  flags: {},
  load() {
    const net = tf.sequential({ layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      tf.layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ] });
    return {
      predict: ({ images }) => net.apply(images),
      loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 3), logits),
      optimizer: adam(0.01),
      artefacts: { net },
    };
  },
});`;

const receivingModel = `import {
  adam, channelsFirst, conv2d, dense, flatten, loadParameters, ops, sequential, softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { defineModel } from '@forge-ml/core';
export default defineModel({
  files: ['./before.safetensors'],
  flags: {},
  async load() {
    const channelsLast = (x) => ops.transpose(x, [0, 2, 3, 1]);
    const net = sequential(
      channelsFirst(), conv2d(4, 3, { activation: 'relu' }), conv2d(6, 3, { activation: 'relu' }),
      channelsLast, flatten(), dense(3),
    );
    return {
      predict: ({ images }, context) => net(images, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
      optimizer: adam(0),
      artefacts: { net },
      parameters: await loadParameters(new URL('./before.safetensors', import.meta.url), { kernels: 'channelsLast' }),
    };
  },
});`;

describe('a model with parameters trained by another backend', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-backends-'));
    await writeFiles(folder, { 'data.ts': data, 'before.ts': trainedModel, 'after.ts': receivingModel });
  });
  after(() => rm(folder, { recursive: true }));

  async function train(backend: string, engine: string, model: string): Promise<string> {
    const configs = ['--data-config', 'data.ts', '--model-config', `${model}.ts`, '--run-name', model];
    const argv = ['--backend', backend, '--engine', engine, '--steps', '10', ...configs];
    const forge = new ForgeLibrary({ directory: folder, argv, warn: () => {} });
    const experiment = await forge.config();
    try {
      return (await forge.train(experiment)).run;
    } finally {
      await experiment.engine.dispose();
    }
  }

  async function predictions(run: string): Promise<number[]> {
    const loaded: LoadedRun = await new ForgeLibrary({ directory: folder }).loadFromCheckpoint(run);
    try {
      await loaded.restore();
      const images = tensor(
        Float32Array.from({ length: 5 * 64 }, (_, i) => Math.cos(i)),
        [5, 8, 8, 1],
      );
      const { output } = await loaded.session.predict({ images });
      return [...elements(output!)].map(Number);
    } finally {
      await loaded.dispose();
    }
  }

  it('predicts the same', async () => {
    const trained = await train('tfjs', 'wasm', 'before');
    await cp(join(trained, 'checkpoints/10/parameters.safetensors'), join(folder, 'before.safetensors'));
    const received = await train('onnx', 'cpu', 'after');
    const [expected, actual] = [await predictions(trained), await predictions(received)];
    expect(actual.length).to.equal(15);
    actual.forEach((value, at) => void expect(value).to.be.closeTo(expected[at]!, 1e-4));
    // The run has its own copy of the initial parameters.
    await rm(join(folder, 'before.safetensors'));
    expect(await predictions(received)).to.deep.equal(actual);
  }).timeout(120_000);
});
