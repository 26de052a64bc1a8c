import { expect } from 'chai';
import { isPackageName, packageNameOf } from './package-name.js';

describe('package names', () => {
  it('are distinguished from paths, options and shell commands', () => {
    for (const name of ['forge-backend-x', '@forge-ml/core', 'a.b_c~d', '@a-b/c.d', '0x']) {
      expect(isPackageName(name), name).to.equal(true);
    }
    const others = [
      '',
      '-g',
      '--global',
      '.',
      '..',
      '../x',
      '.bin',
      '_x',
      '/x',
      'a/b',
      '@a',
      '@a/',
      '@/b',
      '@a/b/c',
      '~x',
    ];
    const shell = [
      'x; curl y|sh',
      'x y',
      'x\ny',
      'x\u202ey',
      'x\u200b',
      'X',
      'é',
      'x@1',
      'npm:x',
      'x$(id)',
      '@a/../b',
      '@../b',
    ];
    for (const name of [...others, ...shell, 'a'.repeat(215)]) expect(isPackageName(name), name).to.equal(false);
  });

  it('are the first parts of an import specifier', () => {
    expect(packageNameOf('@scope/name/deep/path')).to.equal('@scope/name');
    expect(packageNameOf('name/deep')).to.equal('name');
  });
});
