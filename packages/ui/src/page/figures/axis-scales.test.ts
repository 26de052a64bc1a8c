import { expect } from 'chai';
import { formatScales, parseScales } from './axis-scales.js';

describe('the scales of axes in an address', () => {
  it('are read as they were written, whatever a name has', () => {
    const scales = new Map([
      ['learningRate', true],
      ['valid.loss', false],
      ['a:b;c%3B', true],
    ]);
    expect(formatScales(new Map([...scales].slice(0, 2)))).to.equal('learningRate:log;valid.loss:linear');
    expect([...parseScales(formatScales(scales))]).to.deep.equal([...scales]);
  });

  it('are the default where the address is not valid', () => {
    expect([...parseScales('lr;hidden:cubic;:log;x:log')]).to.deep.equal([['x', true]]);
    expect(parseScales(null).size).to.equal(0);
  });
});
