import { execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { nearestPackageJson, readInstalledPackages, readPackageJson, tryReadPackageJson } from './package-json.js';

const write = (text: string) => (path: string) => writeFile(path, text);
const makePipe = async (path: string) => void execFileSync('mkfifo', [path]);

/** Invalid package.json files: how each is made, and the expected error message. */
const broken: Readonly<Record<string, readonly [make: (path: string) => Promise<unknown>, message: RegExp]>> = {
  'a pipe': [makePipe, /is not a regular file/],
  'a folder': [(path) => mkdir(path), /is not a regular file/],
  'a file of 1 GB': [
    (path) => writeFile(path, '').then(() => truncate(path, 2 ** 30)),
    /has 1073741824 bytes, more than the maximum of 4194304/,
  ],
  'malformed JSON': [write('{ "name": '), /is not valid JSON: .*line 1, column 11/],
  'an array': [write('[]'), /does not hold a JSON object/],
  null: [write('null'), /does not hold a JSON object/],
  'bytes that are no text': [(path) => writeFile(path, Buffer.from([0x7b, 0xff, 0x7d])), /is not UTF-8 text/],
  'JSON of 100,000 levels': [write(`{"a":${'['.repeat(100_000)}`), /nested deeper than 64 levels/],
  nothing: [async () => undefined, /it does not exist/],
};

describe('package.json', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'package.json');

  for (const [what, [make, message]] of Object.entries(broken)) {
    it(`is refused if it is ${what}`, async () => {
      await make(file());
      const error = await failureOf(() => readPackageJson(file(), 'PLUGIN_INVALID'));
      expect(error.code).to.equal(what === 'nothing' ? 'FILE_SYSTEM' : 'PLUGIN_INVALID');
      expect(error.message).to.match(message).and.include(file());
      expect(error.about).to.equal(file());
      expect(tryReadPackageJson(file())).to.equal(undefined);
    });
  }

  it('is read, and a field of the wrong type counts as missing', async () => {
    const own = { name: 5, version: ['1'], dependencies: { a: '1', b: 2 }, devDependencies: 'x', forge: { port: 1 } };
    await writeFile(file(), JSON.stringify(own));
    const { content, ...read } = readPackageJson(file());
    const none = { devDependencies: {}, optionalDependencies: {}, peerDependencies: {} };
    expect(read).to.deep.equal({ ...none, name: undefined, version: undefined, dependencies: { a: '1' } });
    expect(content.forge).to.deep.equal({ port: 1 });
  });

  it('is searched for in parent folders, skipping unreadable files', async () => {
    const deep = join(folder(), 'a/b');
    await mkdir(deep, { recursive: true });
    await writeFile(file(), '{ "name": "outer" }');
    await makePipe(join(dirname(deep), 'package.json'));
    expect(nearestPackageJson(deep)?.name).to.equal('outer');
  });
});

describe("npm's list of installed packages", () => {
  const folder = useTemporaryFolder();

  for (const [what, [make]] of Object.entries(broken)) {
    it(`is empty if it is ${what}`, async () => {
      await mkdir(join(folder(), 'node_modules'));
      await make(join(folder(), 'node_modules/.package-lock.json'));
      expect([...readInstalledPackages(folder())]).to.deep.equal([]);
    });
  }

  it('is read, and a field of the wrong type counts as missing', async () => {
    await mkdir(join(folder(), 'node_modules'));
    const packages = { 'node_modules/a': { resolved: 'file:a.tgz', version: 1 }, 'node_modules/b': null };
    await writeFile(join(folder(), 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    expect([...readInstalledPackages(folder())]).to.deep.equal([
      ['node_modules/a', { resolved: 'file:a.tgz', hasInstallScript: false }],
      ['node_modules/b', { hasInstallScript: false }],
    ]);
  });
});
