import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { type Batch, ForgeLibrary, tensor } from '@forge-ml/core';
import type { Engine } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';

/** A contender of `wasm-speed`: trains on request, and answers with the time of each step, ms. */
type Tf = typeof tfjs;
/** One update; done when its promise has settled. */
type Step = () => unknown;

const rows = 64;
const classes = 10;
const [variant, model] = process.argv.slice(2);
const require = createRequire(import.meta.url);

function build({ layers, sequential }: Tf): tfjs.Sequential {
  if (model === 'mlp') {
    return sequential({
      layers: [
        layers.dense({ inputShape: [784], units: 256, activation: 'relu' }),
        layers.dense({ units: 128, activation: 'relu' }),
        layers.dense({ units: classes }),
      ],
    });
  }
  return sequential({
    layers: [
      layers.conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 5, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: classes }),
    ],
  });
}

const shape = model === 'mlp' ? [rows, 784] : [rows, 28, 28, 1];
const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);

/** As a run trains: a session with Forge's optimizer. */
async function forgeStep(): Promise<Step> {
  const engine = await startEngine('wasm', []);
  const tf = engine.modules['@tensorflow/tfjs'] as Tf;
  const images = Float32Array.from({ length: shape.reduce((size, length) => size * length) }, Math.random);
  const batch: Batch = { images: tensor(images, shape), labels: tensor(labels) };
  const load = (): TfjsModel => {
    const net = build(tf);
    return {
      predict: (inputs) => net.apply(inputs.images!),
      loss: (given, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(given.labels!, classes), logits as tfjs.Tensor),
      optimizer: adam(1e-3),
      artefacts: { net },
    };
  };
  const session = await engine.build({ load, sample: batch, seed: 0 });
  let step = 0;
  return async () => {
    await session.step(batch, { step: step++, metrics: true });
    await session.settle?.();
  };
}

/** A loop written by hand, with an optimizer of TensorFlow.js. */
async function plainStep(): Promise<Step> {
  const tf = await plainEngine();
  const net = build(tf);
  const images = tf.randomUniform(shape);
  const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), classes);
  const optimizer = tf.train.adam(1e-3);
  return () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(targets, net.apply(images) as tfjs.Tensor) as tfjs.Scalar,
      true,
    );
    loss?.dataSync();
    loss?.dispose();
  };
}

async function plainEngine(): Promise<Tf> {
  if (variant === 'native') {
    const engine = await startEngine('node', [process.env.FORGE_TFJS_NODE_PROJECT!]);
    return engine.modules['@tensorflow/tfjs'] as Tf;
  }
  const tf = require('@tensorflow/tfjs') as Tf;
  tf.enableProdMode();
  if (variant === 'stock-wasm') {
    const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist/'));
  }
  await tf.setBackend(variant === 'stock-wasm' ? 'wasm' : 'cpu');
  return tf;
}

async function startEngine(engine: string, searchFrom: readonly string[]): Promise<Engine> {
  const { backends } = new ForgeLibrary();
  return (await backends.load(await backends.find('tfjs'))).start({ engine, searchFrom });
}

const step = await (variant === 'forge' ? forgeStep() : plainStep());

process.on('message', async (steps: number) => {
  const intervals: number[] = [];
  for (let done = 0; done < steps; done++) {
    const start = performance.now();
    await step();
    intervals.push(performance.now() - start);
  }
  process.send?.(intervals);
});
