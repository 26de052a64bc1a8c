import {
  accuracy,
  adam,
  dense,
  flatten,
  type OnnxModel,
  sequential,
  softmaxCrossEntropy,
} from '@forge-ml/backend-onnx';
import { defineModel, flag, type LoadedData } from '@forge-ml/core';

/** Two hidden layers over the flattened pixels. Takes images [batch, 28, 28, 1] and labels [batch]. */
export default defineModel({
  flags: {
    hidden: flag.integer(256, 'Units of the first hidden layer; the second has half as many.', { min: 2 }),
    learningRate: flag.float(1e-3, 'Adam step size.'),
  },
  load({ hidden, learningRate }, { classes }: LoadedData & { classes: number }): OnnxModel {
    const mlp = sequential(
      flatten(),
      dense(hidden, { activation: 'relu' }),
      dense(Math.floor(hidden / 2), { activation: 'relu' }),
      dense(classes),
    );
    return {
      predict: ({ images }, context) => mlp(images, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
      stats: ({ labels }, logits) => ({ accuracy: accuracy(logits, labels) }),
      optimizer: adam(learningRate),
      artefacts: { mlp },
    };
  },
});
