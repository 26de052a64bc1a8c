import {
  accuracy,
  adam,
  channelsFirst,
  conv2d,
  dense,
  dropout as drop,
  flatten,
  heNormal,
  maxPool2d,
  type OnnxModel,
  sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { defineModel, flag, type LoadedData } from '@forge-ml/core';

const relu = { activation: 'relu', kernelInitializer: heNormal } as const;

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
  load({ filters, hidden, dropout, learningRate }, { classes }: LoadedData & { classes: number }): OnnxModel {
    const cnn = sequential(
      channelsFirst(),
      conv2d(filters, 5, relu),
      maxPool2d(2),
      conv2d(2 * filters, 5, relu),
      maxPool2d(2),
      flatten(),
      drop(dropout),
      dense(hidden, relu),
      drop(dropout),
      dense(classes),
    );
    return {
      predict: ({ images }, context) => cnn(images, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
      stats: ({ labels }, logits) => ({ accuracy: accuracy(logits, labels) }),
      optimizer: adam(learningRate),
      artefacts: { cnn },
    };
  },
});
