import { expect } from 'chai';
import fc from 'fast-check';
import { formatRunSet, parseRunSet } from './run-set.js';

const name = fc.string({ minLength: 1, maxLength: 8 }).map((text) => text.replaceAll('/', '_'));
const id = fc
  .tuple(fc.constantFrom('results', 'my,results', '100%'), name, fc.integer({ min: 1, max: 60 }))
  .map(([folder, experiment, number]) => `${folder}/${experiment}/${number}`);

describe('runs in an address', () => {
  it('are ranges of numbers', () => {
    const runs = [
      ...Array.from({ length: 40 }, (_, at) => `results/churn/${at + 1}`),
      'results/churn/43',
      'results/wide/2',
    ];
    expect(formatRunSet(runs)).to.equal('results/churn/1-40,43,results/wide/2');
    expect(parseRunSet('results/churn/1-40,43,results/wide/2')).to.deep.equal(runs);
  });

  it('are the same when they are read again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), (runs) => {
        expect(parseRunSet(formatRunSet(runs)).sort()).to.deep.equal([...runs].sort());
      }),
    );
  });

  it('are none where the address is not of runs', () => {
    expect(parseRunSet('')).to.deep.equal([]);
    expect(parseRunSet('1-3,churn/1,results/churn/0,results/churn/3-1,results/churn/x')).to.deep.equal([]);
  });

  it('are bounded', () => {
    expect(parseRunSet('results/churn/1-999999999')).to.have.length(20_000);
  });
});
