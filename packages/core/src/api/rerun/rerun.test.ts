import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { defineData, defineModel } from '../../config/define.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { findRun } from '../../run/catalog/find-run.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  readJsonFile,
  train,
  trainUntil,
  withFlags,
} from '../toy-run.test.support.js';
import type { RerunOptions } from './prepare-rerun.js';

const settings = [...bothConfigs, '--steps', '12', '--hidden', '4', '--report-every', '1', '--run-name', 'lines'];

describe('Forge.rerun', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const rerun = async (run: string, options?: RerunOptions) => {
    const { forge } = forgeIn(folder());
    await using prepared = await forge.rerun(run, options);
    return forge.train(prepared);
  };
  /** As after the project moved on: only the run and what is installed are left. */
  const removeSource = async () => {
    for (const name of ['data.ts', 'model.ts', 'points.ts', 'sizes.json', 'package.json']) {
      await rm(join(folder(), name));
    }
    await writeFile(join(folder(), 'package.json'), '{ "dependencies": { "toy-plugin": "1.0.0" } }');
  };
  const numbersOf = async (name: string) =>
    (await readdir(join(folder(), 'results', name))).filter((entry) => !entry.startsWith('.'));
  const changeModel = async (from: string, to: string) => {
    const path = join(folder(), 'model.ts');
    const text = await readFile(path, 'utf8');
    expect(text).to.include(from);
    await writeFile(path, text.replace(from, to));
  };

  it('is bit-identical without the source, and its own rerun too', async () => {
    const { run } = await train(folder(), settings);
    await removeSource();
    const again = await rerun('lines/1');
    expect(again).to.include({ experiment: 'lines', number: 2, status: 'completed', step: 12 });
    expect(await essenceOf(again.run, 12)).to.deep.equal(await essenceOf(run, 12));
    expect((await readJsonFile(again.run, 'flags.json')).flags).to.deep.equal(
      (await readJsonFile(run, 'flags.json')).flags,
    );
    await rm(run, { recursive: true });
    const third = await rerun('lines/2');
    expect(await essenceOf(third.run, 12)).to.deep.equal(await essenceOf(again.run, 12));
    const verified = await verifyRun(await findRun('lines/3', join(folder(), 'results')), { deep: true });
    expect([verified.problems, verified.loadable.code]).to.deep.equal([[], true]);
  });

  it('says in run.json which run it repeats, with its directory and git state', async () => {
    const { run } = await train(folder(), settings);
    const before = await readJsonFile(run, 'run.json');
    await mkdir(join(folder(), 'elsewhere'));
    const { forge } = forgeIn(join(folder(), 'elsewhere'));
    await using prepared = await forge.rerun(run);
    const { run: again } = await forge.train(prepared);
    expect(again).to.equal(join(folder(), 'elsewhere', 'results', 'lines', '1'));
    const { rerunOf, directory, git, code } = await readJsonFile(again, 'run.json');
    expect(rerunOf).to.deep.equal({ experiment: 'lines', number: 1, created: before.created });
    expect([directory, git, code]).to.deep.equal([folder(), before.git, 'stored']);
    expect(await essenceOf(again, 12)).to.deep.equal(await essenceOf(run, 12));
  });

  it('takes other values with the usual checks, and another name', async () => {
    await train(folder(), settings);
    const { run } = await rerun('lines', { set: { 'learning-rate': '0.2', runName: 'faster', steps: 3 } });
    expect(run).to.equal(join(folder(), 'results', 'faster', '1'));
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, unknown> };
    expect(flags.learningRate).to.deep.equal({ value: 0.2, source: 'command line' });
    expect(flags.hidden).to.deep.equal({ value: 4, source: 'command line' });
    const failure = (set: RerunOptions['set']) => failureOf(() => rerun('lines/1', { set }));
    expect(await failure({ lerningRate: 1 })).to.include({
      code: 'FLAG_UNKNOWN',
      hint: 'Did you mean --learning-rate?',
    });
    expect((await failure({ hidden: 'many' })).code).to.equal('FLAG_INVALID');
    for (const name of ['backend', 'data-config', 'modelConfig']) {
      expect((await failure({ [name]: 'other' })).code, name).to.equal('FLAG_CONFLICT');
    }
    expect(await numbersOf('lines')).to.deep.equal(['1']);
  });

  it('is not changed by the project file, the environment or edited files', async () => {
    const { run } = await train(folder(), settings);
    await writeFile(join(folder(), 'forge.config.ts'), 'export default { learningRate: 0.9, hidden: 9, seed: 4 };');
    await changeModel('0.05', '0.5');
    const { forge } = forgeIn(folder());
    await using prepared = await forge.rerun('lines/1');
    const again = await forge.train(prepared);
    expect(await essenceOf(again.run, 12)).to.deep.equal(await essenceOf(run, 12));
  });

  it('runs the newest code of a run that was resumed with corrected code', async () => {
    await trainUntil(5, folder(), settings);
    await changeModel('artefacts: {', 'artefacts: { version: 2,');
    const { run } = await train(folder(), ['--resume', 'lines', '--code-from', 'project']);
    await removeSource();
    const again = await rerun('lines/1');
    expect(await readFile(join(again.run, 'code', 'model.ts'), 'utf8')).to.include('version: 2');
    expect((await readJsonFile(again.run, 'run.json')).rerunOf).to.include({ number: 1, code: 1 });
    // The corrected code computes the same here.
    expect((await essenceOf(again.run, 12)).tensors).to.deep.equal((await essenceOf(run, 12)).tensors);
  });

  it('refuses altered code and added files, and a run of objects, before anything is written', async () => {
    const { run } = await train(folder(), settings);
    await writeFile(join(run, 'code', 'points.ts'), 'export const points = () => { throw new Error("run"); };');
    expect((await failureOf(() => rerun('lines/1'))).code).to.equal('CODE_ALTERED');
    await rm(join(run, 'code', 'points.ts'));
    await symlink(join(folder(), 'points.ts'), join(run, 'code', 'points.ts'));
    expect((await failureOf(() => rerun('lines/1', { trustCode: true }))).code).to.equal('CODE_ALTERED');
    const data = defineData({ flags: {}, load: () => ({ train: fromArrays({ x: [[1, 2]], y: [[1]] }).batch(1) }) });
    const toy = { kind: 'toy', inputs: 'x', targets: 'y', hidden: 0, learningRate: 0.1, momentum: 0, dropout: 0 };
    const model = defineModel({ flags: {}, load: () => ({ ...toy, msPerStep: 0 }) });
    const { forge } = forgeIn(folder());
    await forge.train({ data, model, set: { backend: 'toy', steps: 1, runName: 'objects' } });
    const failure = await failureOf(() => rerun('objects'));
    expect(failure).to.include({ code: 'CODE_MISSING', hint: 'Run that script again.' });
    expect(await numbersOf('lines')).to.deep.equal(['1']);
    expect(await numbersOf('objects')).to.deep.equal(['1']);
  });

  it('begins with the parameters of another run that the run keeps, when that run is gone', async () => {
    const base = await train(folder(), withFlags(settings, ['--run-name', 'base', '--seed', '9']));
    const { run } = await train(folder(), [...settings, '--init-from', 'base@12']);
    await rm(base.run, { recursive: true });
    const again = await rerun('lines/1');
    expect(await essenceOf(again.run, 12)).to.deep.equal(await essenceOf(run, 12));
    const [before, after] = [await readJsonFile(run, 'run.json'), await readJsonFile(again.run, 'run.json')];
    expect(after.init).to.deep.equal(before.init).and.not.equal(undefined);
    expect(await essenceOf((await rerun('lines/2')).run, 12)).to.deep.equal(await essenceOf(run, 12));
    expect((await failureOf(() => rerun('lines/1', { set: { initFrom: 'base' } }))).code).to.equal('RUN_NOT_FOUND');
  });

  describe('with data that the run does not store', () => {
    const dataConfig = (path: string) => `import { defineData, Forge, flag } from '@forge-ml/core';
export default defineData({
  flags: { batchSize: flag.integer(2, 'Examples.') },
  async load({ batchSize }) {
    return { train: (await Forge.openDataset('safetensors', ${path})).batch(batchSize) };
  },
});
`;
    beforeEach(async () => {
      const { tensor } = await import('../../tensor/tensor-data.js');
      const { writeTensorFile } = await import('../../tensor/tensor-file.js');
      const x = tensor(new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]), [4, 2]);
      const y = tensor(new Float32Array([1, 0, 1, 0]), [4, 1]);
      await mkdir(join(folder(), 'tables'));
      await writeTensorFile(
        join(folder(), 'tables', 'points.safetensors'),
        new Map([
          ['x', x],
          ['y', y],
        ]),
      );
    });

    for (const path of ["'tables/points.safetensors'", "new URL('./tables/points.safetensors', import.meta.url)"]) {
      it(`looks for it where it was, and says which is missing: ${path}`, async () => {
        await writeFile(join(folder(), 'data.ts'), dataConfig(path));
        const { run } = await train(folder(), settings);
        await mkdir(join(folder(), 'elsewhere'));
        const elsewhere = forgeIn(join(folder(), 'elsewhere')).forge;
        await using prepared = await elsewhere.rerun(run);
        const again = await elsewhere.train(prepared);
        expect(await essenceOf(again.run, 12)).to.deep.equal(await essenceOf(run, 12));
        await rename(join(folder(), 'tables'), join(folder(), 'moved'));
        const failure = await failureOf(() => rerun('lines/1'));
        expect(failure.code).to.equal('DATA_UNAVAILABLE');
        expect(failure.message).to.include(join(folder(), 'tables', 'points.safetensors'));
        expect(await numbersOf('lines')).to.deep.equal(['1']);
      });
    }
  });

  it('repeats a run that was copied from elsewhere under the name of its folder', async () => {
    const { run } = await train(folder(), settings);
    await cp(run, join(folder(), 'inbox', 'received', '7'), { recursive: true });
    const again = await rerun(join(folder(), 'inbox', 'received', '7'));
    expect(again.run).to.equal(join(folder(), 'results', 'received', '1'));
  });
});
