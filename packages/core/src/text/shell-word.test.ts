import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { printableText } from './printable.js';
import { shellWord } from './shell-word.js';

describe('shellWord', () => {
  it('does not quote safe words', () => {
    for (const word of ['mnist/3', './a.b', '/tmp/x_y-z', 'best:valid.loss', 'a@1.2+c=d,e%'])
      expect(shellWord(word)).to.equal(word);
  });

  it('makes any text one shell word that is not an option', () => {
    const special = fc.constantFrom(
      ...[' ', ';', '|', '&', '$(id)', '`id`', "'", '"', '\\', '#', '~', '*', '!', '<', '-', '\n'],
    );
    const text = fc
      .array(fc.oneof(special, fc.string({ maxLength: 3 })), { minLength: 1 })
      .map((parts) => parts.join(''));
    const texts = fc.sample(text, { numRuns: 200, seed: 1 });
    const script = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(words).to.deep.equal(texts.map(printableText));
    expect(shellWord('-g')).to.equal("'-g'");
  });
});
