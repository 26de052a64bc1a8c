import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';
import type data from './data.ts';

const relu = { activation: 'relu', kernelInitializer: 'heNormal' } as const;

/** Two convolutions with pooling, then the maximum of each filter over the image. */
export default defineModel({
  flags: {
    filters: flag.integer(16, 'Filters of the first convolution; the second has twice as many.', { min: 1 }),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load({ filters, learningRate }, { preparation }: Loaded<typeof data>): TfjsModel {
    const classes = preparation.classes('label').length;
    const cnn = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [24, 24, 1], filters, kernelSize: 5, ...relu }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 2 * filters, kernelSize: 5, ...relu }),
        tf.layers.globalMaxPooling2d({}),
        tf.layers.dense({ units: classes }),
      ],
    });
    return {
      predict: ({ image }, { training }) => cnn.apply(image, { training }),
      loss: ({ label }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(label, classes), logits),
      stats: ({ label }, logits) => ({ accuracy: tf.argMax(logits, 1).equal(label).mean() }),
      optimizer: adam(learningRate),
      artefacts: { cnn },
    };
  },
});
