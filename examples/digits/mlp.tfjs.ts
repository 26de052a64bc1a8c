import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag, type LoadedData } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';

/** Two hidden layers over the flattened pixels. Takes images [batch, 28, 28, 1] and labels [batch]. */
export default defineModel({
  flags: {
    hidden: flag.integer(256, 'Units of the first hidden layer; the second has half as many.', { min: 2 }),
    learningRate: flag.float(1e-3, 'Adam step size.'),
  },
  load({ hidden, learningRate }, { classes }: LoadedData & { classes: number }): TfjsModel {
    const mlp = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [28, 28, 1] }),
        tf.layers.dense({ units: hidden, activation: 'relu' }),
        tf.layers.dense({ units: Math.floor(hidden / 2), activation: 'relu' }),
        tf.layers.dense({ units: classes }),
      ],
    });
    return {
      predict: ({ images }, { training }) => mlp.apply(images, { training }),
      loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, classes), logits),
      stats: ({ labels }, logits) => ({ accuracy: tf.argMax(logits, 1).equal(labels).mean() }),
      optimizer: adam(learningRate),
      artefacts: { mlp },
    };
  },
});
