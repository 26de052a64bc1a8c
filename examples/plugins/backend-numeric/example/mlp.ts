import { defineModel, flag, type LoadedData } from '@forge-ml/core';
import { adam, dense, dropout, type NumericModel, relu, softmaxCrossEntropy } from 'forge-backend-numeric';

/** One hidden layer over the flattened pixels. Takes images [batch, …] and labels [batch]. */
export default defineModel({
  flags: {
    hidden: flag.integer(64, 'Hidden units.', { min: 1 }),
    dropout: flag.float(0, 'Share of the hidden units dropped in a step.', { min: 0, max: 0.9 }),
    learningRate: flag.float(2e-3, 'Adam step size.'),
  },
  load({ hidden, dropout: rate, learningRate }, { classes }: LoadedData & { classes: number }): NumericModel {
    return {
      inputs: 'images',
      targets: 'labels',
      layers: [dense(hidden), relu(), dropout(rate), dense(classes)],
      loss: softmaxCrossEntropy(),
      optimizer: adam(learningRate),
    };
  },
});
