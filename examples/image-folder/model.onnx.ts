import {
  accuracy,
  adam,
  channelsFirst,
  conv2d,
  dense,
  globalMaxPool,
  heNormal,
  maxPool2d,
  type OnnxModel,
  sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { defineModel, flag, type Loaded } from '@forge-ml/core';
import type data from './data.ts';

const relu = { activation: 'relu', kernelInitializer: heNormal } as const;

/** Two convolutions with pooling, then the maximum of each filter over the image. */
export default defineModel({
  flags: {
    filters: flag.integer(16, 'Filters of the first convolution; the second has twice as many.', { min: 1 }),
    learningRate: flag.float(1e-2, 'Adam step size.'),
  },
  load({ filters, learningRate }, { preparation }: Loaded<typeof data>): OnnxModel {
    const cnn = sequential(
      channelsFirst(),
      conv2d(filters, 5, relu),
      maxPool2d(2),
      conv2d(2 * filters, 5, relu),
      globalMaxPool(),
      dense(preparation.classes('label').length),
    );
    return {
      predict: ({ image }, context) => cnn(image, context),
      loss: ({ label }, logits) => softmaxCrossEntropy(logits, label),
      stats: ({ label }, logits) => ({ accuracy: accuracy(logits, label) }),
      optimizer: adam(learningRate),
      artefacts: { cnn },
    };
  },
});
