import { asha, choice, defineSweep, log } from '@forge-ml/core';
import type data from './data.ts';
import type model from './mlp.tfjs.ts';

/** Searches the step size and the size of the two-layer model. Bad trials stop after one or three epochs. */
export default defineSweep<typeof data | typeof model>({
  maximize: 'valid.accuracy',
  space: {
    learningRate: log(1e-4, 1e-1),
    hidden: choice(32, 64, 128, 256),
    batchSize: choice(32, 64),
  },
  stop: asha({ reduction: 3, min: 1 }),
  trials: 18,
  name: 'digits-sweep',
  flags: { dataConfig: 'data.ts', modelConfig: 'mlp.tfjs.ts', trainSize: 1_280, epochs: 9 },
});
