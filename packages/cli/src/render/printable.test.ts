import { expect } from 'chai';
import { printable, printableText } from './printable.js';

describe('printable', () => {
  it('leaves texts as people write them', () => {
    for (const text of ['', 'loss 0.1', 'größe → 試験 👍', '"quoted" \\ back'])
      expect(printableText(text)).to.equal(text);
  });

  it('makes what moves a terminal visible, and puts lines into one', () => {
    expect(printableText('a\x1b]52;c;aGk=\x07b')).to.equal('a\\x1b]52;c;aGk=\\x07b');
    expect(printableText('done\r\x1b[2Knothing\nhere\x9b1m')).to.equal('done\\x0d\\x1b[2Knothing here\\x9b1m');
    expect(printableText('abc\u202egnp.exe')).to.equal('abc\\u{202e}gnp.exe');
  });

  it('goes through lists, objects and their names, and leaves other values', () => {
    const data = { list: ['\x07', 3, null], '\x1b[31m': { a: true } };
    expect(printable(data)).to.deep.equal({ list: ['\\x07', 3, null], '\\x1b[31m': { a: true } });
  });
});
