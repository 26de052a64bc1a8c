import { expect } from 'chai';
import { furtherFlags } from './further-flags.js';

describe('furtherFlags', () => {
  it('doubles every limit, the one nobody gave too', () => {
    expect(furtherFlags({ steps: 100, epochs: null })).to.equal('--steps 200');
    expect(furtherFlags({ steps: 100, epochs: 3 })).to.equal('--steps 200 --epochs 6');
    expect(furtherFlags({ steps: null, epochs: null })).to.equal('--epochs 10');
  });
});
