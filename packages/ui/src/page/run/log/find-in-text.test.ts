import { expect } from 'chai';
import { findInTexts } from './find-in-text.js';

describe('findInTexts', () => {
  it('finds all places, in any case', () => {
    const found = findInTexts(['Loss 1, loss 2', 'none', 'LOSS'], 'loss');
    expect(found).to.deep.equal([
      { text: 0, at: 0 },
      { text: 0, at: 8 },
      { text: 2, at: 0 },
    ]);
  });

  it('takes characters of patterns as they are', () => {
    expect(findInTexts(['a.c (1) [x] \\ abc'], 'a.c')).to.deep.equal([{ text: 0, at: 0 }]);
    for (const text of ['(1)', '[x]', '\\']) expect(findInTexts(['a.c (1) [x] \\'], text), text).to.have.length(1);
  });

  it('is bounded', () => {
    expect(findInTexts(['a'.repeat(50_000)], 'a')).to.have.length(10_000);
    expect(findInTexts(['a'], '')).to.deep.equal([]);
  });
});
