import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageSpec } from './package-spec.js';

describe('packageSpec', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-word-'));
    await mkdir(join(folder, 'mine', 'engine'), { recursive: true });
    await writeFile(join(folder, 'mine', 'engine', 'package.json'), '{}');
    await writeFile(join(folder, 'x-1.0.0.tgz'), '');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('makes paths of files and folders absolute', () => {
    const tarball = `file:${join(folder, 'x-1.0.0.tgz')}`;
    for (const word of [
      'x-1.0.0.tgz',
      './x-1.0.0.tgz',
      'file:x-1.0.0.tgz',
      'file:./x-1.0.0.tgz',
      'mine/../x-1.0.0.tgz',
    ])
      expect(packageSpec(word, folder), word).to.equal(tarball);
    expect(packageSpec(join(folder, 'x-1.0.0.tgz'), '/')).to.equal(tarball);
    expect(packageSpec(`file://${join(folder, 'x-1.0.0.tgz')}`, '/')).to.equal(tarball);
    expect(packageSpec('../x-1.0.0.tgz', join(folder, 'mine'))).to.equal(tarball);
    for (const [word, from] of [
      ['mine/engine', folder],
      ['./mine/engine/', folder],
      ['.', join(folder, 'mine', 'engine')],
    ] as const)
      expect(packageSpec(word, from), word).to.equal(`file:${join(folder, 'mine', 'engine')}`);
  });

  it('leaves names, versions and addresses unchanged', () => {
    for (const word of [
      'numeric',
      'forge-backend-numeric@1.2.3',
      '@forge-ml/backend-numeric',
      '@forge-ml/backend-numeric@next',
      'someone/engine',
      'github:someone/engine',
      'git+ssh://git@example.org/engine.git',
      'git+file:///repositories/engine.git',
      'https://example.org/engine.git',
      'https://example.org/engine-1.0.0.tgz',
    ])
      expect(packageSpec(word, folder)).to.equal(word);
  });

  it('refuses a path that does not exist or is not a package', () => {
    expect(() => packageSpec('./mine', folder)).to.throw(/^\.\/mine is a folder without a package\.json\.$/);
    expect(() => packageSpec('./nope.tgz', folder)).to.throw(/^\.\/nope\.tgz does not exist\.$/);
    expect(() => packageSpec('nope.tgz', folder)).to.throw(/^nope\.tgz does not exist\.$/);
  });
});
