import { accuracy, adam, dense, type OnnxModel, sequential, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { defineModel, flag, type LoadedData } from '@forge-ml/core';

/** Two hidden layers over points [batch, 2], for labels [batch]. */
export default defineModel({
  flags: {
    hidden: flag.integer(64, 'Units of each hidden layer.', { min: 1 }),
    learningRate: flag.float(5e-3, 'Adam step size.'),
  },
  load({ hidden, learningRate }, { classes }: LoadedData & { classes: number }): OnnxModel {
    const mlp = sequential(
      dense(hidden, { activation: 'relu' }),
      dense(hidden, { activation: 'relu' }),
      dense(classes),
    );
    return {
      predict: ({ points }, context) => mlp(points, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels),
      stats: ({ labels }, logits) => ({ accuracy: accuracy(logits, labels) }),
      optimizer: adam(learningRate),
      artefacts: { mlp },
    };
  },
});
