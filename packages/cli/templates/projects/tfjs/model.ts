import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag, type LoadedData } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';

/** Two hidden layers over points [batch, 2], for labels [batch]. */
export default defineModel({
  flags: {
    hidden: flag.integer(64, 'Units of each hidden layer.', { min: 1 }),
    learningRate: flag.float(5e-3, 'Adam step size.'),
  },
  load({ hidden, learningRate }, { classes }: LoadedData & { classes: number }): TfjsModel {
    const mlp = tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [2], units: hidden, activation: 'relu' }),
        tf.layers.dense({ units: hidden, activation: 'relu' }),
        tf.layers.dense({ units: classes }),
      ],
    });
    return {
      predict: ({ points }, { training }) => mlp.apply(points, { training }),
      loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, classes), logits),
      stats: ({ labels }, logits) => ({ accuracy: tf.argMax(logits, 1).equal(labels).mean() }),
      optimizer: adam(learningRate),
      artefacts: { mlp },
    };
  },
});
