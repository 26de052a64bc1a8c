import { expect } from 'chai';
import { describeBackendConformance } from './backend-conformance.js';
import type { ConformanceOptions } from './conformance/support/options.js';
import { toyBackend } from './toy-backend.js';

describe('the options of describeBackendConformance', () => {
  const options = { name: 'mine', backend: toyBackend, start: () => toyBackend.start({ searchFrom: [] }), model() {} };
  const refusals: readonly (readonly [string, object, string])[] = [
    ['an empty reason', { cannot: { dropout: ' ' } }, 'no reason is given'],
    ['an unknown ability', { cannot: { drop_out: 'it has none' } }, 'Available: dropout, exact-resume'],
    ['an unknown option', { optimisers: {} }, 'optimisers'],
    [
      'an unknown rule',
      { optimizers: { lion: { rule: 'lion', learningRate: 0.1 } } },
      'Available: sgd, momentum, adam',
    ],
    ['a rule without a learning rate', { optimizers: { sgd: { rule: 'sgd' } } }, 'has no learningRate'],
    ['momentum without its factor', { optimizers: { m: { rule: 'momentum', learningRate: 0.1 } } }, 'has no momentum'],
    ['an unknown setting', { optimizers: { sgd: { rule: 'sgd', learningRate: 0.1, lr: 1 } } }, 'lr'],
  ];
  for (const [title, wrong, message] of refusals) {
    it(`refuses ${title}`, () => {
      expect(() => describeBackendConformance({ ...options, ...wrong } as ConformanceOptions)).to.throw(message);
    });
  }
});
