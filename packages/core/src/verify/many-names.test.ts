import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { bothConfigs, train } from '../api/toy-run.test.support.js';
import { findCheckpoints } from '../checkpoint/store/checkpoint-folders.js';
import { namesInFolder } from '../fs/list-folder.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../testing/toy-project.js';
import { verifyRun } from './verify-run.js';

describe('a run with very many files', () => {
  const folder = useTemporaryFolder();

  async function trained(): Promise<string> {
    await writeToyProject(folder());
    return (await train(folder(), [...bothConfigs, '--run-name', 'line', '--steps', '2'])).run;
  }

  it('is checked in linear time', async () => {
    const run = await trained();
    for (let step = 100; step < 6100; step++) await mkdir(join(run, 'checkpoints', String(step)));
    const runFolder = { path: run, experiment: 'line', number: 1 };
    const { problems, loadable } = await verifyRun(runFolder);
    expect(loadable.checkpoints).to.deep.equal([2]);
    expect(problems.filter(({ kind }) => kind === 'unnamed')).to.have.lengthOf(6000);
    expect([...(await findCheckpoints(join(run, 'checkpoints'))).keys()]).to.deep.equal([2]);
  }).timeout(60_000);

  it('is checked in linear time with replaced checkpoints, complete or not', async () => {
    const run = await trained();
    const replaced = (step: number) => join(run, 'checkpoints', `.replaced-${step}-99999999-00000000`);
    for (let step = 100; step < 3100; step++) await mkdir(replaced(step));
    await cp(join(run, 'checkpoints/2'), replaced(50), { recursive: true });
    const runFolder = { path: run, experiment: 'line', number: 1 };
    const { problems } = await verifyRun(runFolder);
    expect(problems.filter(({ kind }) => kind === 'leftover')).to.have.lengthOf(3000);
    expect([...(await findCheckpoints(join(run, 'checkpoints'))).keys()]).to.deep.equal([2, 50]);
  });

  it('is refused if code.json lists too many packages', async () => {
    const run = await trained();
    const file = join(run, 'code.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { packages: unknown[] };
    const one = { specifier: 'a', name: 'a', version: null, importer: 'data.ts' };
    manifest.packages = Array.from({ length: 20_000 }, () => one);
    await writeFile(file, JSON.stringify(manifest));
    const { problems, loadable } = await verifyRun({ path: run, experiment: 'line', number: 1 });
    expect(problems.map(({ path, message }) => `${path} ${message}`).join()).to.include('lists 20000 packages');
    expect(loadable.code).to.equal(false);
    const failure = await failureOf(() => train(folder(), ['--resume', run, '--steps', '4', '--override']));
    expect(failure.code).to.equal('CODE_ALTERED');
  });

  it('is reported as unreadable if its folders are too deep', async () => {
    const run = await trained();
    const deep = join(run, 'code', ...Array.from({ length: 100 }, () => 'a'));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'b.js'), '');
    const { problems, damaged } = await verifyRun({ path: run, experiment: 'line', number: 1 });
    expect(damaged).to.equal(true);
    expect(problems.map(({ kind, message }) => `${kind} ${message}`).join()).to.include(
      'nested deeper than 64 folders',
    );
    const other = join(dirname(run), '2');
    await cp(run, other, { recursive: true });
    expect((await failureOf(() => namesInFolder(join(other, 'checkpoints'), 0))).code).to.equal('RUN_INVALID');
  });
});
