import { describeBackendConformance } from './backend-conformance.js';
import type { ConformanceOptions } from './conformance/support/options.js';
import { toyBackend } from './toy-backend.js';
import type { ToyModel } from './toy-model.js';

const falling = (step: number) => 0.05 / (1 + step / 4);
const optimizers = {
  momentum: { rule: 'momentum', learningRate: 0.05, momentum: 0.9 },
  sgd: { rule: 'sgd', learningRate: 0.05 },
  'sgd by a falling rate': { rule: 'sgd', learningRate: falling },
} as const satisfies ConformanceOptions['optimizers'];

for (const hidden of [0, 5]) {
  describeBackendConformance({
    name: hidden === 0 ? 'toy, linear' : 'toy, one hidden layer',
    backend: toyBackend,
    start: () => toyBackend.start({ searchFrom: [] }),
    model({ dropout, linear, optimizer = 'momentum' }): ToyModel {
      const rule = optimizers[optimizer as keyof typeof optimizers];
      return {
        kind: 'toy',
        inputs: 'x',
        targets: 'y',
        hidden: linear ? 0 : hidden,
        ...(linear ? { meanRate: 0 } : {}),
        learningRate: rule.learningRate,
        momentum: rule.rule === 'momentum' ? rule.momentum : 0,
        dropout: dropout ? 0.5 : 0,
      };
    },
    optimizers,
  });
}
