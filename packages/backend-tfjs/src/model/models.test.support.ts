import { adam, type Batch, type BuildRequest, type SessionState, tensor } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { OneLossModel, TfjsModel } from './tfjs-model.js';

/** Eight examples of 6 numbers in 3 classes, different for each index and the same every time. */
export function batchAt(index: number, size = 8): Batch {
  const x = Float32Array.from({ length: size * 6 }, (_, i) => Math.sin((i + 1) * (index + 1.37)));
  const labels = Int32Array.from({ length: size }, (_, i) => (i * 7 + index) % 3);
  return { x: tensor(x, [size, 6]), labels: tensor(labels) };
}

/** A classifier with batch normalization and both kinds of dropout. */
export function classifier(tf: Tf, optimizer: (tf: Tf) => OneLossModel['optimizer'] = () => adam(0.01)): OneLossModel {
  const mlp = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [6], activation: 'tanh' }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.dense({ units: 3, name: 'head' }),
    ],
  });
  return {
    predict: ({ x }, { training, dropout }) => mlp.apply(dropout(x, 0.2), { training }),
    loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 3), logits),
    stats: ({ labels }, logits) => ({ accuracy: tf.mean(tf.equal(tf.argMax(logits, 1), labels)) }),
    optimizer: optimizer(tf),
    artefacts: { mlp },
  };
}

/** A generative adversarial network (Goodfellow et al. 2014) with batch normalization in the generator. */
export function adversarial(
  tf: Tf,
  { everyGenerator = 1, accumulate = 1 }: { everyGenerator?: number; accumulate?: number } = {},
): TfjsModel {
  const generator = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [3], activation: 'tanh' }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 6 }),
    ],
  });
  const discriminator = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, inputShape: [6], activation: 'tanh' }),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const judge = (x: tfjs.Tensor, training: boolean) => discriminator.apply(x, { training }) as tfjs.Tensor;
  const against = (target: number, logits: tfjs.Tensor) =>
    tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, target), logits);
  return {
    predict: ({ x }, { training }) => generator.apply(tf.randomNormal([x!.shape[0]!, 3]), { training }),
    updates: {
      discriminator: {
        loss: ({ x }, fake, { training }) => tf.add(against(1, judge(x!, training)), against(0, judge(fake, training))),
        optimizer: adam(0.01, { accumulate }),
        parameters: 'discriminator/*',
      },
      generator: {
        loss: (_, fake, { training }) => against(1, judge(fake, training)),
        optimizer: adam(0.01),
        parameters: ['generator/*'],
        every: everyGenerator,
      },
    },
    stats: (_, fake) => ({ spread: tf.moments(fake).variance }),
    artefacts: { generator, discriminator },
  };
}

export function request(load: () => unknown, options: Partial<BuildRequest> = {}): BuildRequest {
  return { load, sample: batchAt(0), seed: 7, ...options };
}

/** A state as plain numbers, for exact comparison. */
export function bitsOf(state: SessionState): Record<string, string> {
  return Object.fromEntries(
    [
      ...state.parameters,
      ...state.optimizer,
      ...Array.from(state.ema ?? [], ([name, average]) => [`ema/${name}`, average] as const),
    ].map(([name, { bytes }]) => [name, Buffer.from(bytes).toString('hex')]),
  );
}
