import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { type Finished, forge } from './forge-process.js';

/** Imports a package in every way: compiled, by Node's loaders, and by a computed name. */
const model = `import { createRequire } from 'node:module';
import { who as compiled } from 'helper';
import { who as esm } from './esm.mjs';
import common from './common.cjs';
const name = ['help', 'er'].join('');
const computed = (await import(name)).who;
const required = createRequire(import.meta.url)('helper').who;
export default {
  flags: {}, files: ['./esm.mjs'],
  load() {
    process.stderr.write('helpers: ' + [compiled, esm, common.who, computed, required].join(' ') + '\\n');
    return { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1 };
  },
};
`;

const helper = (who: string) => ({
  'node_modules/helper/package.json': '{ "name": "helper", "version": "1.0.0", "main": "index.cjs" }',
  'node_modules/helper/index.cjs': `exports.who = ${JSON.stringify(who)};`,
});

/** What a sender can put into a folder of the run, or above it. */
const plants: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'a package': (folder) => writeFiles(folder, helper('planted')),
  'a package.json that takes the name of the package': (folder) =>
    writeFiles(folder, {
      'package.json': '{ "name": "helper", "exports": { ".": "./evil.cjs" } }',
      'evil.cjs': 'exports.who = "planted";',
    }),
  'a pipe as package.json': async (folder) => execFileSync('mkfifo', [join(folder, 'package.json')]),
};

describe('packages planted where stored code would find them', function () {
  this.timeout(60_000);
  let root = '';
  const at = (...path: string[]) => join(root, ...path);
  const start = (...words: string[]): Promise<Finished> =>
    forge(words, { cwd: at('own'), env: { XDG_CACHE_HOME: at('cache') }, limitMs: 20_000 });

  before(async () => {
    root = await makeFolder();
    await writeToyProject(at('own'), {
      'model.ts': model,
      'esm.mjs': "export { who } from 'helper';\n",
      'common.cjs': "exports.who = require('helper').who;\n",
      ...helper('own'),
    });
    const configs = ['--backend=toy', '--data-config=data.ts', '--model-config=model.ts', '--steps=4'];
    const trained = await start('train', ...configs, '--run-name=line');
    expect(trained.status, trained.stderr).to.equal(0);
    expect(trained.stderr).to.include('helpers: own own own own own');
  });
  beforeEach(async () => {
    await cp(at('own/results'), at('sent/results'), { recursive: true });
    // The sender also controls the hashes. Without a package.json in the code, one above it would be used.
    const run = at('sent/results/line/1');
    const manifest = JSON.parse(await readFile(join(run, 'code.json'), 'utf8')) as { files: { path: string }[] };
    const files = manifest.files.filter(({ path }) => path !== 'package.json');
    expect(files.length).to.be.lessThan(manifest.files.length);
    await writeFiles(run, { 'code.json': JSON.stringify({ ...manifest, files }) });
    await rm(join(run, 'code/package.json'));
  });
  afterEach(() => rm(at('sent'), { recursive: true, force: true }));
  after(() => removeFolder(root));

  for (const [what, plant] of Object.entries(plants)) {
    for (const place of ['results/line/1', 'results/line', 'results', '.']) {
      it(`are not used: ${what} in ${place}`, async () => {
        await plant(at('sent', place));
        const { status, stderr } = await start('eval', at('sent/results/line/1'));
        expect(stderr)
          .to.include('helpers: own own own own own')
          .and.include(`Ignored ${at('sent', place)}`);
        expect(status, stderr).to.equal(0);
        expect((await readdir(at('cache/forge'))).filter((name) => name.startsWith('code-'))).to.deep.equal([]);
      });
    }
    it(`are rejected: ${what} in the code itself`, async () => {
      await plant(at('sent/results/line/1/code'));
      const { status, stderr } = await start('eval', at('sent/results/line/1'));
      expect(stderr).to.include('after the run was made');
      expect(status).not.to.equal(0);
    });
  }

  it('are rejected as a single file without an extension', async () => {
    await writeFiles(at('sent/results/line/1/code'), { 'node_modules/helper': 'exports.who = "planted";' });
    const { stderr } = await start('eval', at('sent/results/line/1'));
    expect(stderr).to.include('node_modules/helper was added after the run was made');
  });

  it('are not used by a resume, whatever root the run names', async () => {
    const run = at('sent/results/line/1');
    await writeFiles(run, helper('planted'));
    const manifest = JSON.parse(await readFile(join(run, 'code.json'), 'utf8')) as object;
    await writeFiles(run, { 'code.json': JSON.stringify({ ...manifest, root: run }) });
    const { status, stderr } = await start('train', '--resume', run, '--steps=6', '--override');
    expect(stderr).to.include('helpers: own own own own own');
    expect(status, stderr).to.equal(0);
  });

  it('are not used if they are the only ones: the error names the missing package', async () => {
    await writeFiles(at('sent/results/line/1'), helper('planted'));
    const own = at('own/node_modules/helper');
    await cp(own, at('backup'), { recursive: true });
    await rm(own, { recursive: true });
    const { status, stderr } = await start('eval', at('sent/results/line/1'));
    await mkdir(own);
    await cp(at('backup'), own, { recursive: true });
    expect(stderr).to.include('imports helper, which cannot be found').and.include('npm install helper');
    expect(stderr).not.to.include('helpers:');
    expect(status).to.equal(2);
  });
});
