import { expect } from 'chai';
import { bestOf } from './best-of-row.js';

describe('bestOf', () => {
  const none = { directions: {} };
  const best = (name: string, values: (number | null)[], runs = values.map(() => none)) => bestOf(name, values, runs);

  it('follows the direction of the name, or the one that the runs store', () => {
    expect(best('valid.loss', [3, 1, 2])).to.deep.equal([1]);
    expect(best('valid.accuracy', [0.5, null, 0.9])).to.deep.equal([2]);
    expect(best('valid.score', [1, 2])).to.deep.equal([]);
    const declared = { directions: { 'valid.score': 'max' } } as const;
    expect(bestOf('valid.score', [1, 2], [none, declared])).to.deep.equal([1]);
    expect(bestOf('valid.score', [1, 2], [declared, { directions: { 'valid.score': 'min' } }])).to.deep.equal([]);
  });

  it('marks ties, but not what all runs share, and never NaN', () => {
    expect(best('valid.loss', [1, 2, 1])).to.deep.equal([0, 2]);
    expect(best('valid.loss', [1, 1])).to.deep.equal([]);
    expect(best('valid.loss', [Number.NaN, 2, 3])).to.deep.equal([1]);
    expect(best('valid.loss', [-Infinity, 2])).to.deep.equal([0]);
  });
});
