import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Backend } from '../../backend/backend.js';
import { type Batch, tensor } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { toyBackend } from '../../testing/toy-backend.js';
import type { ToyModel } from '../../testing/toy-model.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

const inputs: Batch = { x: tensor(new Float32Array([0.5, -1, 2, 0.25, 0, 1]), [3, 2]) };

describe('Forge.loadFromCheckpoint', () => {
  const folder = useTemporaryFolder();
  const project = () => join(folder(), 'project');
  let run: string;
  let expected: Batch;

  beforeEach(async () => {
    await writeToyProject(project());
    const { forge } = forgeIn(project(), [...bothConfigs, '--steps', '12', '--save-every', '4', '--hidden', '5']);
    const experiment = await forge.config();
    const result = await forge.train(experiment);
    run = result.run;
    const loaded = await forge.loadFromCheckpoint(run);
    await loaded.restore();
    expected = await loaded.session.predict(inputs);
    await loaded.dispose();
  });

  const load = (...args: Parameters<ReturnType<typeof forgeIn>['forge']['loadFromCheckpoint']>) =>
    forgeIn(project()).forge.loadFromCheckpoint(...args);

  it('predicts the same, bit for bit, from another folder, when the project is gone and the run has moved', async () => {
    const elsewhere = join(folder(), 'elsewhere');
    await mkdir(elsewhere);
    await rename(run, join(elsewhere, 'the-run'));
    await rm(project(), { recursive: true });
    await writeFiles(elsewhere, { 'package.json': '{ "dependencies": { "toy-plugin": "*" } }' });
    await installToyPlugin(elsewhere);
    const { forge, warnings } = forgeIn(elsewhere);
    for (const path of ['the-run', join(elsewhere, 'the-run')]) {
      const loaded = await forge.loadFromCheckpoint(path);
      await loaded.restore();
      expect(await loaded.session.predict(inputs)).to.deep.equal(expected);
      expect(loaded.step).to.equal(12);
      await loaded.dispose();
    }
    expect(warnings).to.deep.equal([]);
  });

  it('uses the stored code, not the edited project', async () => {
    await writeFiles(project(), {
      'model.ts': 'export const load = () => { throw new Error("the new code"); };',
      'sizes.json': '{}',
    });
    const loaded = await load(run);
    await loaded.restore();
    expect(await loaded.session.predict(inputs)).to.deep.equal(expected);
  });

  it('returns data, model, flags and record, and restores only on request', async () => {
    const loaded = await forgeIn(project()).forge.loadFromCheckpoint<ToyModel>(run);
    expect(loaded.model).to.deep.include({ kind: 'toy', hidden: 5, artefacts: { engineVersion: '1.0.0' } });
    expect(loaded.session.artefacts).to.equal(loaded.model.artefacts);
    expect(loaded.data.train.length).to.equal(5);
    expect(loaded.config).to.include({ hidden: 5, learningRate: 0.05, steps: 12, backend: 'toy' });
    expect(loaded.run).to.include({ status: 'completed', step: 12 });
    expect(await loaded.session.predict(inputs)).to.not.deep.equal(expected);
    await loaded.restore();
    expect(await loaded.session.predict(inputs)).to.deep.equal(expected);
  });

  it('loads any saved step, and lists the saved steps for any other', async () => {
    const loaded = await load(run, 8);
    await loaded.restore();
    expect(loaded.step).to.equal(8);
    expect(await loaded.session.predict(inputs)).to.not.deep.equal(expected);
    const error = await failureOf(() => load(run, 7));
    expect(error.code).to.equal('CHECKPOINT_NOT_FOUND');
    expect(`${error.message} ${error.hint}`).to.include('4, 8, 12');
  });

  it('trains on to the same bits as the run would have', async () => {
    const further = await train(project(), ['--resume', run, '--steps', '14', '--override']);
    const loaded = await load(run, 12);
    await loaded.restore();
    const reader = loaded.data.train.read({ epoch: 2, skip: 2 });
    for (const step of [12, 13])
      await loaded.session.step((await reader.next()).value as Batch, { step, metrics: false });
    const there = await load(further.run, 14);
    await there.restore();
    expect(await loaded.session.capture()).to.deep.equal(await there.session.capture());
  });

  it('lets flags differ, in any spelling, and refuses those it does not know', async () => {
    const loaded = await load(run, undefined, { overrideFlags: { 'batch-size': 10, learning_rate: 0.5 } });
    expect(loaded.data.train.length).to.equal(2);
    expect(loaded.config).to.include({ batchSize: 10, learningRate: 0.5, hidden: 5 });
    await loaded.restore();
    expect(await loaded.session.predict(inputs)).to.deep.equal(expected);
    const error = await failureOf(() => load(run, undefined, { overrideFlags: { hiden: 3 } }));
    expect([error.code, error.hint]).to.deep.equal(['FLAG_UNKNOWN', 'Did you mean --hidden?']);
  });

  it('loads configs that a config loads by Forge.load from the run, on the same engine; refuses unlisted ones', async () => {
    const other = join(folder(), 'other');
    const model = (files: string) => `import { defineModel, Forge } from '@forge-ml/core';
      export default defineModel({ flags: {}, ${files} load: (flags, data) => Forge.load('./base.ts', flags, data) });`;
    await writeToyProject(other, {
      'models/model.ts': model(`files: ['base.ts'],`),
      'models/base.ts': `import { flag } from '@forge-ml/core';
        import { version } from 'toy-engine';
        import { scale } from '../scale.ts';
        export const flags = { rate: flag.float(0.5, 'Rate.') };
        export const load = ({ rate }: { rate: number }) => (
          { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.01, artefacts: { version, rate: rate * scale } });`,
      'scale.ts': 'export const scale = 3;',
    });
    const argv = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'models/model.ts', '--steps', '1'];
    const { run: made } = await train(other, argv);
    await rm(join(other, 'models'), { recursive: true });
    const loaded = await forgeIn(other).forge.loadFromCheckpoint(made);
    expect(loaded.session.artefacts).to.deep.equal({ version: '1.0.0', rate: 1.5 });

    await writeToyProject(other, { 'models/model.ts': model(''), 'models/base.ts': 'export const load = () => 1;' });
    const error = await failureOf(() => train(other, argv));
    expect([error.code, error.about]).to.deep.equal(['CODE_UNTRACEABLE', join(other, 'models/base.ts')]);
  });

  it('names the parameter that does not fit a model with other flags', async () => {
    const loaded = await load(run, undefined, { overrideFlags: { hidden: 6 } });
    const error = await failureOf(() => loaded.restore());
    expect(error.code).to.equal('STATE_MISMATCH');
    expect(error.message).to.include('layer0.weights').and.include('[2, 6]').and.include('[2, 5]');
  });

  it('passes further arguments to the configs, and works without the data', async () => {
    const other = join(folder(), 'other');
    await writeToyProject(other, {
      'data.ts': `import { fromArrays } from '@forge-ml/core';
        export const load = (_: object, ...rest: unknown[]) => {
          if (rest[0] === 'fail') throw new Error('the data was loaded');
          return { train: fromArrays({ x: [[1, 2]], y: [[1]] }).batch(1), rest };
        };`,
      'model.ts': `export const load = (_: object, data: unknown, ...rest: unknown[]) => (
        { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, artefacts: { data, rest } });`,
    });
    const { run: made } = await train(other, [...bothConfigs, '--steps', '1']);
    const { forge } = forgeIn(other);
    const given = await forge.loadFromCheckpoint(made, 1, { dataArgs: ['a', 2], modelArgs: [3] });
    expect(given.session.artefacts).to.deep.equal({ data: given.data, rest: [3] });
    expect(given.data.rest).to.deep.equal(['a', 2]);

    const without = await forge.loadFromCheckpoint(made, 1, { dataArgs: ['fail'], data: false });
    expect(without.session.artefacts.data).to.equal(undefined);
    const replacement = { classes: 10 };
    const replaced = await forge.loadFromCheckpoint(made, 1, { dataArgs: ['fail'], data: replacement });
    expect(replaced.session.artefacts.data).to.equal(replacement);
    expect((await failureOf(() => forge.loadFromCheckpoint(made, 1, { dataArgs: ['fail'] }))).code).to.equal(
      'CONFIG_FAILED',
    );
  });

  it('works without the data config and the packages that only it needs, with its flags from the run', async () => {
    const other = join(folder(), 'other');
    const reader = join(other, 'node_modules/reader');
    await writeFiles(reader, { 'package.json': '{ "version": "1.0.0" }', 'index.js': 'module.exports = [[1, 2]];' });
    await writeToyProject(other, {
      'data.ts': `import x from 'reader';
        import { defineData, flag, fromArrays } from '@forge-ml/core';
        export default defineData({
          flags: { classes: flag.integer(3, 'Classes.') },
          load: () => ({ train: fromArrays({ x, y: [[1]] }).batch(1) }),
        });`,
      'model.ts': `export const load = (flags: object, data: unknown) => (
        { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, artefacts: { flags, data } });`,
    });
    const { run: made } = await train(other, [...bothConfigs, '--steps', '1', '--classes', '7']);
    await rm(reader, { recursive: true });
    const { forge } = forgeIn(other);
    expect((await failureOf(() => forge.loadFromCheckpoint(made))).message).to.include('reader');
    for (const data of [false, { classes: 7 }] as const) {
      const { session, config } = await forge.loadFromCheckpoint(made, 1, { data });
      expect(session.artefacts.data).to.equal(data || undefined);
      expect([config.classes, (session.artefacts.flags as { classes: number }).classes]).to.deep.equal([7, 7]);
    }
    const options = { data: false, overrideFlags: { classes: 8 } } as const;
    expect((await forge.loadFromCheckpoint(made, 1, options)).config.classes).to.equal(8);
    const unknown = () => forge.loadFromCheckpoint(made, 1, { ...options, overrideFlags: { clases: 8 } });
    expect((await failureOf(unknown)).code).to.equal('FLAG_UNKNOWN');
  });

  it('uses a backend given as an object, where none is installed', async () => {
    const bare = join(folder(), 'bare');
    await rename(run, bare);
    await rm(project(), { recursive: true });
    const { forge } = forgeIn(folder());
    expect((await failureOf(() => forge.loadFromCheckpoint('bare'))).code).to.equal('BACKEND_NOT_FOUND');
    const loaded = await forge.loadFromCheckpoint('bare', undefined, { backend: toyBackend });
    await loaded.restore();
    expect(await loaded.session.predict(inputs)).to.deep.equal(expected);
  });

  it("asks a backend of another name for its own first engine, not for the run's, and reports its warnings", async () => {
    const asked: unknown[] = [];
    const other: Backend = {
      ...toyBackend,
      name: 'other',
      async start({ engine, searchFrom }) {
        asked.push(engine, searchFrom.at(-1));
        const started = await toyBackend.start({ searchFrom });
        return { ...started, info: { ...started.info, warnings: ['No GPU was found.'] } };
      },
    };
    const { forge, warnings } = forgeIn(folder());
    await forge.loadFromCheckpoint(run, undefined, { backend: other });
    await forge.loadFromCheckpoint(run, undefined, { backend: { ...other, name: 'toy' } });
    expect(asked).to.deep.equal([undefined, project(), 'plain', project()]);
    expect(warnings).to.deep.equal(['No GPU was found.', 'No GPU was found.']);
  });

  it('skips corrupt checkpoints, but not when a step is given', async () => {
    const file = join(run, 'checkpoints/12/parameters.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    const { forge, warnings } = forgeIn(project());
    expect((await forge.loadFromCheckpoint(run)).step).to.equal(8);
    expect(warnings.join()).to.include('Skipped corrupt checkpoint 12: ');
    const error = await failureOf(() => load(run, 12));
    expect(error.code).to.equal('CHECKPOINT_CORRUPT');
    expect(error.message).to.include('parameters.safetensors');
  });

  it('refuses changed code, and runs none of it', async () => {
    await writeFile(join(run, 'code/points.ts'), `throw new Error('was run');`);
    const error = await failureOf(() => load(run));
    expect(error.code).to.equal('CODE_ALTERED');
    expect(error.message).to.include('points.ts');
  });

  it('reports a run that does not exist, and one without checkpoints', async () => {
    expect((await failureOf(() => load(join(folder(), 'nowhere')))).code).to.equal('RUN_NOT_FOUND');
    await rm(join(run, 'checkpoints'), { recursive: true });
    expect((await failureOf(() => load(run))).code).to.equal('CHECKPOINT_NOT_FOUND');
  });

  it('changes nothing in the run', async () => {
    const list = async () => (await readdir(run, { recursive: true })).sort();
    const before = [await list(), await readFile(join(run, 'run.json'), 'utf8')];
    const loaded = await load(run);
    await loaded.restore();
    await loaded.dispose();
    expect([await list(), await readFile(join(run, 'run.json'), 'utf8')]).to.deep.equal(before);
  });
});
