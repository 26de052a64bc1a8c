import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ForgeLibrary } from '@forge-ml/core';
import type * as tfjs from '@tensorflow/tfjs';

/** A contender of `wasm-speed`: trains on request, and answers with the time of each step, ms. */
type Tf = typeof tfjs;

const [variant, model] = process.argv.slice(2);
const require = createRequire(import.meta.url);

async function engine(): Promise<Tf> {
  if (variant === 'forge') {
    const { backends } = new ForgeLibrary();
    const started = await (await backends.load(await backends.find('tfjs'))).start({ engine: 'wasm', searchFrom: [] });
    return started.modules['@tensorflow/tfjs'] as Tf;
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

function build({ layers, sequential }: Tf): tfjs.Sequential {
  if (model === 'mlp') {
    return sequential({
      layers: [
        layers.dense({ inputShape: [784], units: 256, activation: 'relu' }),
        layers.dense({ units: 128, activation: 'relu' }),
        layers.dense({ units: 10 }),
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
      layers.dense({ units: 10 }),
    ],
  });
}

const tf = await engine();
const net = build(tf);
const batch = 64;
const images = tf.randomUniform(model === 'mlp' ? [batch, 784] : [batch, 28, 28, 1]);
const labels = tf.oneHot(
  tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % 10),
    'int32',
  ),
  10,
);
const optimizer = tf.train.adam(1e-3);

function step(): number {
  const start = performance.now();
  const loss = optimizer.minimize(
    () => tf.losses.softmaxCrossEntropy(labels, net.apply(images) as tfjs.Tensor) as tfjs.Scalar,
    true,
  );
  loss?.dataSync();
  loss?.dispose();
  return performance.now() - start;
}

process.on('message', (steps: number) => {
  const intervals = Array.from({ length: steps }, step);
  process.send?.(intervals);
});
