import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';

/** The MLP of the benchmarks: 784-256-128-10, Adam. */
export default defineModel({
  flags: {},
  load(): TfjsModel {
    const mlp = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [784], units: 256, activation: 'relu' }),
        tf.layers.dense({ units: 128, activation: 'relu' }),
        tf.layers.dense({ units: 10 }),
      ],
    });
    return {
      predict: ({ images }) => mlp.apply(images),
      loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits),
      optimizer: adam(1e-3),
      artefacts: { mlp },
    };
  },
});
