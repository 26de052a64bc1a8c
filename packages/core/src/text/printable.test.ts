import { expect } from 'chai';
import fc from 'fast-check';
import { printable, printableJson, printableLines, printableText } from './printable.js';

/** Control and invisible characters, listed independently of the rule under test. */
const hostile = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  ...[0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f],
  ...[0x3164, 0xfeff, 0xffa0, 0xfff9, 0xfffb, 0xe0001, 0xe0041, 0xe007f, 0xe0100],
].map((code) => String.fromCodePoint(code));
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 4 }), fc.constant('\x1b[31m')))
  .map((parts) => parts.join(''));
const holdsAny = (text: string, but: readonly string[] = []) =>
  hostile.some((character) => !but.includes(character) && text.includes(character));

describe('printable', () => {
  it('does not change ordinary text', () => {
    for (const text of ['', 'loss 0.1', 'größe → 試験 👍', '"quoted" \\ back', '✔️ עברית עربي'])
      expect(printableText(text)).to.equal(text);
  });

  it('escapes control characters, and joins lines', () => {
    expect(printableText('a\x1b]52;c;aGk=\x07b')).to.equal('a\\x1b]52;c;aGk=\\x07b');
    expect(printableText('done\r\x1b[2Knothing\nhere\x9b1m')).to.equal('done\\x0d\\x1b[2Knothing here\\x9b1m');
    expect(printableText('abc\u202egnp.exe')).to.equal('abc\\u{202e}gnp.exe');
    expect(printableText('pay\u200bpal \u{e0041}')).to.equal('pay\\u{200b}pal \\u{e0041}');
  });

  it('escapes lists, objects and their keys, and keeps other values', () => {
    const data = { list: ['\x07', 3, null], '\x1b[31m': { a: true } };
    expect(printable(data)).to.deep.equal({ list: ['\\x07', 3, null], '\\x1b[31m': { a: true } });
  });

  it('keeps line ends, tabs and the colours of Forge in lines, and escapes other sequences', () => {
    expect(printableLines('a\tb\n\x1b[31mred\x1b[39m\x1b[2J\x1b[8m\x1b[5m\r')).to.equal(
      'a\tb\n\x1b[31mred\x1b[39m\\x1b[2J\\x1b[8m\\x1b[5m\\x0d',
    );
  });

  it('leaves no hidden character in any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(holdsAny(printableText(text))).to.equal(false);
        expect(holdsAny(Object.entries(printable({ [text]: [text] })).join())).to.equal(false);
        const withoutColors = printableLines(text).replaceAll('\x1b[31m', '');
        expect(holdsAny(withoutColors, ['\n', '\t'])).to.equal(false);
      }),
    );
  });

  it('leaves no hidden character in JSON, which parses to the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (data) => {
        const json = printableJson(JSON.stringify(data, null, 2));
        expect(holdsAny(json, ['\n'])).to.equal(false);
        expect(JSON.parse(json)).to.deep.equal(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});
