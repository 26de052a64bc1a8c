import { expect } from 'chai';
import { chosenCode, versionAt } from './chosen-code.js';

const files = (...paths: string[]) => paths.map((path) => ({ path, bytes: 1 }));
const code = {
  versions: [
    { number: 0, from: 0, files: files('src/a.ts', 'churn.config.ts'), missing: [] },
    { number: 2, from: 100, files: files('src/a.ts', 'src/b.ts'), missing: [] },
  ],
  ...{ hasDiff: true, commit: null, branch: null, dirty: false },
};
const chosen = (query: string, of = code) => {
  const { version, file } = chosenCode(of, new URLSearchParams(query));
  return [version?.number, file];
};

describe('chosenCode', () => {
  it('is the newest version, and its config or first file', () => {
    expect(chosen('')).to.deep.equal([2, 'src/a.ts']);
    expect(chosen('version=0')).to.deep.equal([0, 'churn.config.ts']);
  });

  it('is what the address says', () => {
    expect(chosen('version=2&file=src/b.ts')).to.deep.equal([2, 'src/b.ts']);
    expect(chosen('changes=1')).to.deep.equal([2, null]);
  });

  it('is the default for what does not exist', () => {
    expect(chosen('version=1&file=/etc/passwd')).to.deep.equal([2, 'src/a.ts']);
    expect(chosen('changes=1', { ...code, hasDiff: false })).to.deep.equal([2, 'src/a.ts']);
    expect(chosen('', { ...code, versions: [] })).to.deep.equal([undefined, null]);
  });
});

it('versionAt is the version that trained a step', () => {
  expect([1, 100, 101, 900].map((step) => versionAt(code, step)?.number)).to.deep.equal([0, 0, 2, 2]);
  expect(versionAt({ ...code, versions: [] }, 3)).to.equal(undefined);
});
