import { expect } from 'chai';
import { fileTree } from './file-tree.js';

const drawn = (paths: readonly string[]) =>
  fileTree(paths).map(({ depth, name, path }) => `${' '.repeat(depth)}${name}${path === null ? '/' : ''}`);

describe('fileTree', () => {
  it('has folders before files, and one row for folders that have only a folder', () => {
    expect(drawn(['churn.config.ts', 'src/model/b.ts', 'src/model/a.ts', 'src/deep/er/x.ts', 'a.json'])).to.deep.equal([
      'src/',
      ' deep/er/',
      '  x.ts',
      ' model/',
      '  a.ts',
      '  b.ts',
      'a.json',
      'churn.config.ts',
    ]);
  });

  it('keeps the paths', () => {
    expect(fileTree(['__proto__/a.ts']).map(({ path }) => path)).to.deep.equal([null, '__proto__/a.ts']);
    expect(fileTree([])).to.deep.equal([]);
  });
});
