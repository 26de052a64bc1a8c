import { expect } from 'chai';
import { describeBackendConformance } from './backend-conformance.js';
import type { ConformanceOptions } from './conformance/options.js';
import { toyBackend } from './toy-backend.js';

describe('the options of describeBackendConformance', () => {
  const options = { name: 'mine', backend: toyBackend, start: () => toyBackend.start({ searchFrom: [] }), model() {} };
  const refusals: readonly (readonly [string, object, string])[] = [
    ['a reason that is none', { cannot: { dropout: ' ' } }, 'without a reason'],
    ['an ability there is not', { cannot: { drop_out: 'it has none' } }, 'there is dropout, exact-resume'],
    ['an option there is not', { optimisers: {} }, 'optimisers'],
    [
      'a rule there is not',
      { optimizers: { lion: { rule: 'lion', learningRate: 0.1 } } },
      'there is sgd, momentum, adam',
    ],
    ['a rule without a rate', { optimizers: { sgd: { rule: 'sgd' } } }, 'has no learningRate'],
    ['momentum without how much', { optimizers: { m: { rule: 'momentum', learningRate: 0.1 } } }, 'has no momentum'],
    ['a setting there is not', { optimizers: { sgd: { rule: 'sgd', learningRate: 0.1, lr: 1 } } }, 'lr'],
  ];
  for (const [title, wrong, message] of refusals) {
    it(`refuses ${title}`, () => {
      expect(() => describeBackendConformance({ ...options, ...wrong } as ConformanceOptions)).to.throw(message);
    });
  }
});
