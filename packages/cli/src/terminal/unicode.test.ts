import { expect } from 'chai';
import { showsUnicode } from './unicode.js';

describe('showsUnicode', () => {
  for (const [env, platform, expected] of [
    [{ LANG: 'en_US.UTF-8' }, 'linux', true],
    [{ LANG: 'de_DE.utf8' }, 'linux', true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'linux', false],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, 'linux', true],
    [{}, 'linux', false],
    [{}, 'darwin', true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, 'linux', false],
    [{ LANG: 'en_US.UTF-8', TERM: 'dumb' }, 'linux', false],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(env)} on ${platform}`, () => {
      expect(showsUnicode(env, platform)).to.equal(expected);
    });
  }
});
