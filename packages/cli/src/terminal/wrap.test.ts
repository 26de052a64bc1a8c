import { expect } from 'chai';
import { wrapParts } from './wrap.js';

describe('wrapParts', () => {
  it('writes one line where it fits, and else one part under another, each whole', () => {
    const parts = ['loss 0.1234', 'accuracy 0.9700', 'top-5 0.9990'];
    expect(wrapParts('valid', parts, 80)).to.equal('valid  loss 0.1234  accuracy 0.9700  top-5 0.9990');
    expect(wrapParts('valid', parts, 40)).to.equal('valid  loss 0.1234  accuracy 0.9700\n       top-5 0.9990');
    expect(wrapParts('valid', parts, 20)).to.equal('valid  loss 0.1234\n       accuracy 0.9700\n       top-5 0.9990');
    expect(wrapParts('', parts, 20)).to.equal('loss 0.1234\n  accuracy 0.9700\n  top-5 0.9990');
  });

  it('indents and breaks by the width of wide characters', () => {
    const parts = ['損失 0.1234', '正解率 0.9700'];
    expect(wrapParts('検証', parts, 32)).to.equal('検証  損失 0.1234  正解率 0.9700');
    expect(wrapParts('検証', parts, 31)).to.equal('検証  損失 0.1234\n      正解率 0.9700');
  });
});
