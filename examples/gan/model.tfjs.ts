import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
import { latentSize } from './data.ts';
import { samples } from './samples.ts';

/**
 * A generative adversarial network (Goodfellow et al. 2014): a generator makes digits of random vectors, and a
 * discriminator tells them from drawn ones. Each step updates first one, then the other.
 */
export default defineModel({
  flags: {
    hidden: flag.integer(128, 'Units of the hidden layers.', { min: 1 }),
    learningRate: flag.float(2e-3, 'Adam step size of both.'),
  },
  load({ hidden, learningRate }): TfjsModel {
    const generator = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [latentSize], units: hidden, activation: 'relu' }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.dense({ units: 2 * hidden, activation: 'relu' }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.dense({ units: 28 * 28, activation: 'sigmoid' }),
        tf.layers.reshape({ targetShape: [28, 28, 1] }),
      ],
    });
    const discriminator = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [28, 28, 1] }),
        tf.layers.dense({ units: 2 * hidden }),
        tf.layers.leakyReLU({ alpha: 0.2 }),
        tf.layers.dropout({ rate: 0.3 }),
        tf.layers.dense({ units: hidden }),
        tf.layers.leakyReLU({ alpha: 0.2 }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    const judge = (images: tf.Tensor, training: boolean) => discriminator.apply(images, { training }) as tf.Tensor;
    const is = (target: number, logits: tf.Tensor) =>
      tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, target), logits) as tf.Scalar;
    const optimizer = () => adam(learningRate, { beta1: 0.5 });
    return {
      predict: ({ latents }, { training }) => generator.apply(latents, { training }),
      updates: {
        discriminator: {
          // 0.9 instead of 1 keeps it from being too sure (Salimans et al. 2016).
          loss: ({ images }, fakes, { training }) =>
            is(0.9, judge(images, training)).add(is(0, judge(fakes, training))),
          optimizer: optimizer(),
          parameters: 'discriminator/*',
        },
        generator: {
          loss: (_batch, fakes, { training }) => is(1, judge(fakes, training)),
          optimizer: optimizer(),
          parameters: 'generator/*',
        },
      },
      metrics: { samples },
      artefacts: { generator, discriminator },
    };
  },
});
