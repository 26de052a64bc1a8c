import { expect } from 'chai';
import { trendPath } from './trends.js';

describe('small curves', () => {
  it('fill their box, the highest value on top', () => {
    expect(trendPath({ x: [10, 20, 50], y: [1, 3, 2] }, 80, 16)).to.equal('M0.0 16.0L20.0 0.0L80.0 8.0');
  });

  it('are in the middle if nothing changes, and a dot for one value', () => {
    expect(trendPath({ x: [1, 2], y: [5, 5] }, 80, 16)).to.equal('M0.0 8.0L80.0 8.0');
    expect(trendPath({ x: [1], y: [5] }, 80, 16)).to.equal('M40.0 8.0L40.0 8.0');
    expect(trendPath({ x: [], y: [] }, 80, 16)).to.equal('');
  });
});
