import { expect } from 'chai';
import { wrapParts, wrapWords } from './wrap.js';

describe('wrapParts', () => {
  it('writes one line where it fits, and else one part under another, each whole', () => {
    const parts = ['loss 0.1234', 'accuracy 0.9700', 'top-5 0.9990'];
    expect(wrapParts('valid', parts, 80)).to.equal('valid  loss 0.1234  accuracy 0.9700  top-5 0.9990');
    expect(wrapParts('valid', parts, 40)).to.equal('valid  loss 0.1234  accuracy 0.9700\n       top-5 0.9990');
    expect(wrapParts('valid', parts, 20)).to.equal('valid  loss 0.1234\n       accuracy 0.9700\n       top-5 0.9990');
    expect(wrapParts('', parts, 20)).to.equal('loss 0.1234\n  accuracy 0.9700\n  top-5 0.9990');
  });

  it('keeps a part that fits no line beside the start of the first line', () => {
    expect(wrapParts('valid', ['a-path-that-is-wider-than-20', 'b'], 20)).to.equal(
      'valid  a-path-that-is-wider-than-20\n       b',
    );
  });

  it('indents and breaks by the width of wide characters', () => {
    const parts = ['損失 0.1234', '正解率 0.9700'];
    expect(wrapParts('検証', parts, 32)).to.equal('検証  損失 0.1234  正解率 0.9700');
    expect(wrapParts('検証', parts, 31)).to.equal('検証  損失 0.1234\n      正解率 0.9700');
  });
});

describe('wrapWords', () => {
  it('breaks a sentence between words, and indents below the start of the first line', () => {
    expect(wrapWords('one two three four', 10)).to.equal('one two\nthree four');
    expect(wrapWords('one two three four', 16, 'note')).to.equal('note  one two\n      three four');
    expect(wrapWords('one two three four', 16, 'engine cpu')).to.equal('engine cpu  one\n    two three\n    four');
  });
});
