import { expect } from 'chai';
import { codeLines } from './code-lines.js';
import { highlight, type TokenType } from './highlight.js';

function typed(text: string): [string, TokenType][] {
  return highlight(text).flatMap((token): [string, TokenType][] =>
    token.type === null ? [] : [[token.text, token.type]],
  );
}

describe('highlight', () => {
  it('tells the parts of TypeScript apart', () => {
    expect(typed(`export const lr = 1e-3; // the rate\nnew Model<Row>('a\\'b', null)`)).to.deep.equal([
      ['export', 'keyword'],
      ['const', 'keyword'],
      ['1e', 'number'],
      ['3', 'number'],
      ['// the rate', 'comment'],
      ['new', 'keyword'],
      ['Model', 'function'],
      ['Row', 'type'],
      ["'a\\'b'", 'string'],
      ['null', 'constant'],
    ]);
  });

  it('tells a regular expression from a division', () => {
    expect(typed('x = a / b / c')).to.deep.equal([]);
    expect(typed('x = /a[/]b/g.test(y)')).to.deep.equal([
      ['/a[/]b/g', 'string'],
      ['test', 'function'],
    ]);
    expect(typed('return /x/')).to.deep.equal([
      ['return', 'keyword'],
      ['/x/', 'string'],
    ]);
  });

  it('takes keywords as names where they are names', () => {
    expect(typed('{ type: 1 }, a.default')).to.deep.equal([['1', 'number']]);
  });

  it('tells keys of JSON from values', () => {
    expect(typed('{ "a": "b", "c": true }')).to.deep.equal([
      ['"a"', 'property'],
      ['"b"', 'string'],
      ['"c"', 'property'],
      ['true', 'constant'],
    ]);
  });

  it('ends at the end of a text that is not finished', () => {
    expect(typed('/* a')).to.deep.equal([['/* a', 'comment']]);
    expect(typed('`a${b')).to.deep.equal([['`a${b', 'string']]);
    expect(typed("'a\nif")).to.deep.equal([
      ["'a", 'string'],
      ['if', 'keyword'],
    ]);
  });

  const units = [
    'a',
    '"\\',
    '/*',
    '`${',
    '/[a',
    '=/[',
    '=/(',
    '(',
    '@{',
    '<',
    ' ',
    'a(',
    '//',
    "'",
    '\\',
    '0x',
    'a \n',
    '"\\\n',
    '`\\\n',
  ];
  it('keeps every character of any text, in time proportional to its length', () => {
    for (const unit of units) {
      for (const text of [unit.repeat(120_000 / unit.length), `${unit.repeat(900 / unit.length)}\n`.repeat(130)]) {
        const start = performance.now();
        expect(
          highlight(text)
            .map((token) => token.text)
            .join('') === text,
          unit,
        ).to.equal(true);
        expect(performance.now() - start, unit).to.be.below(2000);
      }
    }
  });
});

describe('codeLines', () => {
  it('divides tokens of several lines, and has no line after the last line end', () => {
    const comment = { type: 'comment' };
    expect(codeLines('/* a\n\n b */\n', 'a.ts')).to.deep.equal([
      [{ ...comment, text: '/* a' }],
      [],
      [{ ...comment, text: ' b */' }],
    ]);
  });

  it('leaves other languages plain, and shows what hides or reorders code', () => {
    expect(codeLines('if\ta\u202eb\r\n', 'a.py')).to.deep.equal([[{ text: 'if\ta\\u{202e}b', type: null }]]);
  });
});
