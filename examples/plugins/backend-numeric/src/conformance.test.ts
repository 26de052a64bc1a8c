import { type ConformanceOptions, describeBackendConformance } from '@forge-ml/core/testing';
import { NumericBackend } from './backend.js';
import { adam, dense, dropout, meanSquaredError, momentum, type NumericModel, sgd, tanh } from './index.js';

const factories = { sgd: () => sgd(0.1), momentum: () => momentum(0.03, 0.9), adam: () => adam(0.01) };
/** Their update rules, by which the suite computes the expected updates. */
const optimizers: ConformanceOptions['optimizers'] = {
  adam: { rule: 'adam', learningRate: 0.01 },
  sgd: { rule: 'sgd', learningRate: 0.1 },
  momentum: { rule: 'momentum', learningRate: 0.03, momentum: 0.9 },
};

const backend = new NumericBackend();
describeBackendConformance({
  name: 'numeric',
  backend,
  start: () => backend.start({}),
  model: ({ dropout: dropping, linear, optimizer = 'adam' }): NumericModel => ({
    inputs: 'x',
    targets: 'y',
    layers: linear ? [dense(2)] : [dense(8), tanh(), dropout(dropping ? 0.5 : 0), dense(2)],
    loss: meanSquaredError(),
    optimizer: factories[optimizer as keyof typeof factories](),
  }),
  optimizers,
  cannot: {
    'live-tensors': 'its arrays are left to the garbage collector and not counted',
    schedules: 'its learning rates are numbers',
  },
});
