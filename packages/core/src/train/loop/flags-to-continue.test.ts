import { expect } from 'chai';
import { flagsToContinue } from './flags-to-continue.js';

describe('flagsToContinue', () => {
  it('doubles what was reached for every limit, including the default one', () => {
    const reached = { step: 100, epoch: 4 };
    expect(flagsToContinue({ steps: 100, epochs: null }, reached)).to.equal('--steps 200');
    expect(flagsToContinue({ steps: 50, epochs: 3 }, reached)).to.equal('--steps 200 --epochs 8');
    expect(flagsToContinue({ steps: null, epochs: null }, reached)).to.equal('--epochs 8');
  });
});
