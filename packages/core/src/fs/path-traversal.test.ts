import { expect } from 'chai';
import { isDeviceName, isPathTraversal } from './path-traversal.js';

describe('a path in a manifest', () => {
  for (const path of ['a', 'a/b.ts', 'a..b/c', '...', 'lib/aux.ts', '.hidden/x', 'a b/ü.json']) {
    it(`may be ${path}`, () => expect(isPathTraversal(path, 'linux')).to.equal(false));
  }
  const bad = [
    '',
    '..',
    '../a',
    'a/../../b',
    'a\\..\\..\\b',
    '/etc/passwd',
    '\\\\host\\share',
    'C:',
    'c:\\x',
    'a\0.ts',
  ];
  for (const path of bad) {
    it(`may not be ${JSON.stringify(path)}`, () => expect(isPathTraversal(path, 'linux')).to.equal(true));
  }

  it('may not name a device on Windows, in any case and with any extension', () => {
    for (const name of ['CON', 'nul.txt', 'Com1', 'lpt9.safetensors', 'AUX .json', 'conout$']) {
      expect(isPathTraversal(`lib/${name}`, 'win32'), name).to.equal(true);
      expect(isPathTraversal(`lib/${name}`, 'linux'), name).to.equal(false);
    }
    for (const name of ['console.ts', 'common.js', 'com10', 'auxiliary'])
      expect(isDeviceName(name, 'win32')).to.equal(false);
  });
});
