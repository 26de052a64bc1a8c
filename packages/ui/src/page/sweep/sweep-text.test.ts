import { expect } from 'chai';
import { wide } from './sweep.test.support.js';
import { sweepIdOf } from './sweep-id.js';
import { countsText, remainingText } from './sweep-text.js';

describe('the state of a sweep', () => {
  it('counts its trials', () => {
    expect(countsText(wide.counts)).to.equal('2 completed, 1 stopped, 1 failed');
  });

  it('says what is left, with an estimate if there is one', () => {
    expect(remainingText(wide)).to.equal('6 trials left, about 2:00');
    const remaining = { trials: null, steps: 1500, hours: 0.5, seconds: null };
    expect(remainingText({ remaining })).to.equal('1,500 steps, 30:00 left');
    expect(remainingText({ remaining: { trials: 0, steps: null, hours: null, seconds: 0 } })).to.equal('');
  });

  it('is of the sweep in the address', () => {
    expect(sweepIdOf('/sweep/my%20results/caf%C3%A9/')).to.equal('my results/café');
    expect(sweepIdOf('/sweep/%E0%A4%A/x')).to.equal(undefined);
    expect(sweepIdOf('/run/results/x/1')).to.equal(undefined);
  });
});
