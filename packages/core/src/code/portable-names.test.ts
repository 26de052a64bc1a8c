import { expect } from 'chai';
import { isPortableName, unportableNames } from './portable-names.js';

describe('file names that are invalid on other systems', () => {
  for (const name of ['con', 'AUX.txt', 'nul.ts', 'com1', 'a.', 'a ', 'a:b', 'what?.ts', 'a|b', 'x'.repeat(256)]) {
    it(`include ${JSON.stringify(name.slice(0, 20))}`, () => expect(isPortableName(name)).to.equal(false));
  }
  for (const name of ['model.ts', 'console.ts', '.env', 'a.b.c', 'com.ts']) {
    it(`do not include ${name}`, () => expect(isPortableName(name)).to.equal(true));
  }

  it('are reported among the files of a run, with those that differ only in case', () => {
    expect(unportableNames(['data.ts', 'layers/Dense.ts', 'layers/dense.ts', 'aux.ts'])).to.deep.equal([
      'layers/Dense.ts and layers/dense.ts differ only in case, which not every file system supports.',
      'aux.ts: Windows does not allow the name "aux.ts".',
    ]);
    expect(unportableNames(['data.ts', 'model.ts'])).to.deep.equal([]);
  });
});
