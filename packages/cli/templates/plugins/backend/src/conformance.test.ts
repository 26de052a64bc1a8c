import { describeBackendConformance } from '@forge-ml/core/testing';
import { backend } from './backend.js';
import { mlp } from './index.js';

/** What every backend must do for runs to be resumed and loaded back. Keep it passing as you put your engine in. */
describeBackendConformance({
  name: '{{name}} on cpu',
  backend,
  start: () => backend.start({ engine: 'cpu', searchFrom: [] }),
  model: ({ optimizer = 'momentum' }) =>
    mlp({
      inputs: 'x',
      targets: 'y',
      hidden: [8],
      learningRate: 0.1,
      momentum: optimizer === 'momentum' ? 0.9 : 0,
    }),
  optimizers: ['sgd', 'momentum'],
  // What it cannot do is said here, with the reason, and printed with the tests. Take a line away to be held to it.
  cannot: {
    dropout: 'its networks have none yet',
    'live-tensors': 'its arrays are not counted, the garbage collector has them',
  },
});
