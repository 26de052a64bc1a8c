import { expect } from 'chai';
import { isPortableName, unportableNames } from './portable-names.js';

describe('names that another system cannot hold', () => {
  for (const name of ['con', 'AUX.txt', 'nul.ts', 'com1', 'a.', 'a ', 'a:b', 'what?.ts', 'a|b', 'x'.repeat(256)]) {
    it(`include ${JSON.stringify(name.slice(0, 20))}`, () => expect(isPortableName(name)).to.equal(false));
  }
  for (const name of ['model.ts', 'console.ts', '.env', 'a.b.c', 'com.ts']) {
    it(`do not include ${name}`, () => expect(isPortableName(name)).to.equal(true));
  }

  it('are named among the files of a run, and those that differ only in case', () => {
    expect(unportableNames(['data.ts', 'layers/Dense.ts', 'layers/dense.ts', 'aux.ts'])).to.deep.equal([
      'layers/Dense.ts and layers/dense.ts differ only in case: not every system can hold both.',
      'aux.ts: Windows cannot hold a file called "aux.ts".',
    ]);
    expect(unportableNames(['data.ts', 'model.ts'])).to.deep.equal([]);
  });
});
