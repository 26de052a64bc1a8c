import { describeBackendConformance } from './backend-conformance.js';
import { toyBackend } from './toy-backend.js';

for (const hidden of [0, 5]) {
  describeBackendConformance({
    name: hidden === 0 ? 'toy, linear' : 'toy, one hidden layer',
    backend: toyBackend,
    start: () => toyBackend.start({ searchFrom: [] }),
    model: ({ dropout, optimizer = 'momentum' }) => ({
      kind: 'toy',
      inputs: 'x',
      targets: 'y',
      hidden,
      learningRate: 0.05,
      momentum: optimizer === 'momentum' ? 0.9 : 0,
      dropout: dropout ? 0.5 : 0,
    }),
    optimizers: ['sgd', 'momentum'],
  });
}
