import { expect } from 'chai';
import { comparedCount } from './compared-count.js';

describe('how many of the best trials are compared', () => {
  it('is 5, or what the address says, from 2 to 500', () => {
    const texts = [null, '', '12', '1', '0', '90000', 'many', '-3', '1e2'];
    expect(texts.map(comparedCount)).to.deep.equal([5, 5, 12, 2, 2, 500, 5, 5, 5]);
  });
});
