import { adam, type TfjsModel } from '@forge-ml/backend-tfjs';
import { defineModel, flag, type LoadedData } from '@forge-ml/core';
import * as tf from '@tensorflow/tfjs';

const relu = { activation: 'relu', kernelInitializer: 'heNormal' } as const;

/**
 * Two convolutions with pooling, then a hidden layer between dropouts; after LeNet-5 (LeCun et al. 1998).
 * Takes images [batch, 28, 28, 1] and labels [batch].
 */
export default defineModel({
  flags: {
    filters: flag.integer(16, 'Filters of the first convolution; the second has twice as many.', { min: 1 }),
    hidden: flag.integer(128, 'Units of the hidden layer.', { min: 1 }),
    dropout: flag.float(0.4, 'Share of the units dropped before and after the hidden layer.', { min: 0, max: 0.9 }),
    learningRate: flag.float(2e-3, 'Adam step size.'),
  },
  load({ filters, hidden, dropout, learningRate }, { classes }: LoadedData & { classes: number }): TfjsModel {
    const cnn = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [28, 28, 1], filters, kernelSize: 5, ...relu }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 2 * filters, kernelSize: 5, ...relu }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: dropout }),
        tf.layers.dense({ units: hidden, ...relu }),
        tf.layers.dropout({ rate: dropout }),
        tf.layers.dense({ units: classes }),
      ],
    });
    return {
      predict: ({ images }, { training }) => cnn.apply(images, { training }),
      loss: ({ labels }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, classes), logits),
      stats: ({ labels }, logits) => ({ accuracy: tf.argMax(logits, 1).equal(labels).mean() }),
      optimizer: adam(learningRate),
      artefacts: { cnn },
    };
  },
});
