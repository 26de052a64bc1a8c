import { defineModel, flag, type LoadedData } from '@forge-ml/core';
import { type Mlp, mlp } from '{{package}}';

export default defineModel({
  flags: {
    hidden: flag.integer(16, 'Hidden units.', { min: 1 }),
    learningRate: flag.float(0.1, 'Step size.'),
  },
  load({ hidden, learningRate }, { classes }: LoadedData & { classes: number }): Mlp {
    return mlp({
      inputs: 'points',
      targets: 'labels',
      classes,
      hidden: [hidden],
      learningRate,
      momentum: 0.9,
    });
  },
});
