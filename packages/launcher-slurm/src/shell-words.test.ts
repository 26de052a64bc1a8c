import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { quoted, shellWords } from './shell-words.js';

/** The words as a shell splits them. */
const bySh = (text: string) =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

describe('shellWords', () => {
  it('splits as a shell does', () => {
    for (const text of [
      '--mem=8G --qos=high',
      `--comment='a b' "c d"`,
      `a\\ b 'c'"d"e`,
      `"it's" 'a "b"'`,
      `'' x`,
      `"a\\"b"`,
    ]) {
      expect(shellWords(text), text).to.deep.equal(bySh(text));
    }
    expect(shellWords('')).to.deep.equal([]);
    expect(shellWords("'open")).to.equal(null);
  });

  it('reads what `quoted` writes, as a shell does', () => {
    for (const word of ['plain-1.5', 'a b', "it's", '$HOME `x`', '"', '\\', 'a\nb', '', '*']) {
      expect(shellWords(quoted(word)), word).to.deep.equal([word]);
      expect(bySh(quoted(word)), word).to.deep.equal([word]);
    }
  });
});
