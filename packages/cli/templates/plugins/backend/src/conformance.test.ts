import { describeBackendConformance } from '@forge-ml/core/testing';
import { backend } from './backend.js';
import { mlp } from './index.js';

/** What every backend must do for runs to be right, resumed and loaded back. Keep it passing as you put your engine in. */
describeBackendConformance({
  name: '{{name}} on cpu',
  backend,
  start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
  // From x [batch, 4] to y [batch, 2] by the mean squared error; where `linear` is asked for, one dense layer.
  model: ({ linear, optimizer = 'momentum' }) =>
    mlp({
      inputs: 'x',
      targets: 'y',
      hidden: linear ? [] : [8],
      learningRate: 0.1,
      momentum: optimizer === 'momentum' ? 0.9 : 0,
    }),
  // Their rules: the suite computes beside your engine what they should do.
  optimizers: {
    momentum: { rule: 'momentum', learningRate: 0.1, momentum: 0.9 },
    sgd: { rule: 'sgd', learningRate: 0.1 },
  },
  // What it cannot do is said here, with the reason; what is not proven because of it is printed with the tests.
  // Take a line away to be held to it.
  cannot: {
    dropout: 'its networks have none yet',
    schedules: 'its learning rate is a number',
    'live-tensors': 'its arrays are not counted, the garbage collector has them',
  },
});
