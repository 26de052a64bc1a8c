import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A project with everything that makes a resume hard: shuffled data with random augmentation, two kinds of dropout,
 * batch norm, a convolution, any optimizer, metrics over the steps between two reports. It kills its own process by SIGKILL after FORGE_TEST_KILL_AT read examples.
 */
export async function writeProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-resume-'));
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'lib', 'points.ts'), points);
  await writeFile(join(folder, 'data.ts'), data);
  await writeFile(join(folder, 'model.ts'), model);
  await writeFile(join(folder, 'model.onnx.ts'), onnxModel);
  return folder;
}

const points = `
import { RandomStream, tensor } from '@forge-ml/core';
export function drawPoints(count: number) {
  const random = RandomStream.of(7, 'points');
  const images = Float32Array.from({ length: count * 64 }, () => random.float());
  const labels = Int32Array.from({ length: count }, (_, i) => (images[i * 64]! + images[i * 64 + 9]! > 1 ? 1 : 0));
  return { images: tensor(images, [count, 8, 8, 1]), labels };
}
`;

const data = `
import { defineData, elements, flag, fromArrays, tensor } from '@forge-ml/core';
import { drawPoints } from './lib/points.ts';
let read = 0;
const killAt = Number(process.env.FORGE_TEST_KILL_AT ?? Infinity);
export default defineData({
  flags: { batchSize: flag.integer(8, 'Examples per minibatch.') },
  load({ batchSize, seed }) {
    const train = fromArrays(drawPoints(200)).shuffle(seed).map((example, { random }) => {
      if (++read > killAt) process.kill(process.pid, 'SIGKILL');
      const noisy = Float32Array.from(elements(example.images) as Float32Array, (value) => value + 0.1 * random.normal());
      return { ...example, images: tensor(noisy, [8, 8, 1]) };
    }, { seed }).batch(batchSize);
    return { train, valid: fromArrays(drawPoints(40)).batch(16), classes: 2 };
  },
});
`;

const model = `
import { defineModel, f1, flag, logLoss, rocAuc } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
import * as optimizers from '@forge-ml/backend-tfjs';
const own = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamw', 'adamax', 'lion'] as const;
export default defineModel({
  flags: { optimizer: flag.string('adam', 'Optimizer.', { choices: [...own, 'accumulating', 'tf-adam', 'tf-momentum'] as const }) },
  load({ optimizer }, data: { classes: number }) {
    const net = tf.sequential({ layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.dense({ units: data.classes }),
    ] });
    // No evaluation improves by 10, so each lowers the rate. Updates 80 and 87 are in the middle of an accumulation of 3.
    const falling = optimizers.plateau(0.01, { patience: 1, minDelta: 10, factor: 0.5 });
    const chosen = optimizer === 'tf-adam' ? tf.train.adam(0.003)
      : optimizer === 'tf-momentum' ? tf.train.momentum(0.01, 0.9)
      : optimizer === 'accumulating' ? optimizers.adam(falling, { accumulate: 3, clipNorm: 1 })
      : optimizers[optimizer](0.003, { clipNorm: 1 });
    return {
      predict: ({ images }, { training, dropout }) => net.apply(dropout(images, 0.1), { training }) as tf.Tensor,
      loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels as tf.Tensor1D, data.classes), logits as tf.Tensor),
      stats: ({ labels }, logits) => ({ accuracy: (logits as tf.Tensor).argMax(-1).equal(labels).mean() }),
      metrics: { f1: f1({ label: 'labels' }), auc: rocAuc({ label: 'labels' }), nll: logLoss({ label: 'labels' }) },
      optimizer: chosen,
      artefacts: { net },
    };
  },
});
`;

const onnxModel = `
import { defineModel, f1, flag, logLoss, rocAuc } from '@forge-ml/core';
import * as onnx from '@forge-ml/backend-onnx';
const optimizers = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamw', 'adamax', 'lion'] as const;
export default defineModel({
  flags: { optimizer: flag.string('adam', 'Optimizer.', { choices: [...optimizers, 'accumulating'] as const }) },
  load({ optimizer }, data: { classes: number }): onnx.OnnxModel {
    // As in the TensorFlow.js model.
    const falling = onnx.plateau(0.01, { patience: 1, minDelta: 10, factor: 0.5 });
    const chosen = optimizer === 'accumulating'
      ? onnx.adam(falling, { accumulate: 3, clipNorm: 1 })
      : onnx[optimizer](0.003, { clipNorm: 1 });
    const net = onnx.sequential(
      onnx.channelsFirst(),
      onnx.conv2d(4, 3, { activation: 'relu' }),
      onnx.batchNorm(),
      onnx.flatten(),
      onnx.dropout(0.3),
      onnx.dense(data.classes),
    );
    return {
      predict: ({ images }, context) => net(context.dropout(images, 0.1), context),
      loss: ({ labels }, logits) => onnx.softmaxCrossEntropy(logits, labels),
      stats: ({ labels }, logits) => ({ accuracy: onnx.accuracy(logits, labels) }),
      metrics: { f1: f1({ label: 'labels' }), auc: rocAuc({ label: 'labels' }), nll: logLoss({ label: 'labels' }) },
      optimizer: chosen,
      artefacts: { net },
    };
  },
});
`;
