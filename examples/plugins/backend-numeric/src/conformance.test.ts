import { describeBackendConformance } from '@forge-ml/core/testing';
import { NumericBackend } from './backend.js';
import { adam, dense, dropout, meanSquaredError, momentum, type NumericModel, sgd, tanh } from './index.js';

const optimizers = { sgd: () => sgd(0.1), momentum: () => momentum(0.03), adam: () => adam(0.01) };

const backend = new NumericBackend();
describeBackendConformance({
  name: 'numeric',
  backend,
  start: () => backend.start({}),
  model: ({ dropout: dropping, optimizer = 'adam' }): NumericModel => ({
    inputs: 'x',
    targets: 'y',
    layers: [dense(8), tanh(), dropout(dropping ? 0.5 : 0), dense(2)],
    loss: meanSquaredError(),
    optimizer: optimizers[optimizer as keyof typeof optimizers](),
  }),
  optimizers: Object.keys(optimizers),
  cannot: { 'live-tensors': 'its arrays are the garbage collector’s, and not counted' },
});
