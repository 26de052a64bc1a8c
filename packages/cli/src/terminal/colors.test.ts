import { expect } from 'chai';
import { wantsColors } from './colors.js';

describe('colours', () => {
  it('are for terminals only, unless asked for; NO_COLOR always wins', () => {
    expect(wantsColors({ isTTY: true }, {})).to.equal(true);
    expect(wantsColors({}, {})).to.equal(false);
    expect(wantsColors({ isTTY: true }, { TERM: 'dumb' })).to.equal(false);
    expect(wantsColors({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).to.equal(false);
    expect(wantsColors({ isTTY: true }, { NO_COLOR: '' })).to.equal(true);
    expect(wantsColors({}, { FORCE_COLOR: '1' })).to.equal(true);
    expect(wantsColors({}, { CI: 'true' })).to.equal(false);
  });
});
