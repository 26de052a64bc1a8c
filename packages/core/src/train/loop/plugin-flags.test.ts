import { expect } from 'chai';
import { furtherFlags } from './plugin-flags.js';

describe('furtherFlags', () => {
  it('doubles what was reached under every limit, the one nobody gave too', () => {
    const reached = { step: 100, epoch: 4 };
    expect(furtherFlags({ steps: 100, epochs: null }, reached)).to.equal('--steps 200');
    expect(furtherFlags({ steps: 50, epochs: 3 }, reached)).to.equal('--steps 200 --epochs 8');
    expect(furtherFlags({ steps: null, epochs: null }, reached)).to.equal('--epochs 8');
  });
});
