import { describeBackendConformance } from '@forge-ml/core/testing';
import { backend } from './backend.js';
import { mlp } from './index.js';

/** What every backend must do so that runs train, resume and load correctly. Keep it passing as you add your engine. */
describeBackendConformance({
  name: '{{name}} on cpu',
  backend,
  start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
  // From x [batch, 4] to y [batch, 2] with the mean squared error; with `linear`, a single dense layer.
  model: ({ linear, optimizer = 'momentum' }) =>
    mlp({
      inputs: 'x',
      targets: 'y',
      hidden: linear ? [] : [8],
      learningRate: 0.1,
      momentum: optimizer === 'momentum' ? 0.9 : 0,
    }),
  // Their update rules: the suite computes the expected updates.
  optimizers: {
    momentum: { rule: 'momentum', learningRate: 0.1, momentum: 0.9 },
    sgd: { rule: 'sgd', learningRate: 0.1 },
  },
  // Abilities that it lacks, with the reason. The tests list what is skipped because of them. Delete a line to test it.
  cannot: {
    dropout: 'its networks have none yet',
    schedules: 'its learning rate is a number',
    'live-tensors': 'its arrays are left to the garbage collector and not counted',
  },
});
