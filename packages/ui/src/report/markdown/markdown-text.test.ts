import { expect } from 'chai';
import { inCode, markdownTable } from './markdown-text.js';

describe('inCode', () => {
  it('shows a text as it is, also a | and backquotes', () => {
    expect(inCode('a|b')).to.equal('`a|b`');
    expect(inCode('a`b')).to.equal('`` a`b ``');
    expect(inCode(' ')).to.equal('');
  });
});

describe('markdownTable', () => {
  it('escapes a |, which would end its cell', () => {
    expect(markdownTable(['fact', inCode('x|y')], [['note', inCode('a|b')]])).to.equal(
      '| fact | `x\\|y` |\n| --- | --- |\n| note | `a\\|b` |',
    );
  });
});
