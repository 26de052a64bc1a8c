import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { flag } from '../config/flags/flag.js';
import type { Batch } from '../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../testing/toy-project.js';
import { bothConfigs, forgeIn } from './toy-run.test.support.js';

describe('Forge.config', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const configure = (argv: readonly string[], request = {}) => forgeIn(folder(), argv).forge.config(request);

  it('lets the command line win over a flags file, that over the project file, and that over defaults', async () => {
    await writeFiles(folder(), {
      'forge.config.ts': `export default {
        dataConfig: 'data.ts', modelConfig: 'model.ts', backend: 'toy',
        hidden: 11, learning_rate: 0.11, momentum: 0.11, dropout: 0.11, flagOfAnotherConfig: 1,
      };`,
      'flags.json': '{ "hidden": 12, "learning-rate": 0.12, "momentum": 0.12 }',
    });
    const defaults = { hidden: 10, learningRate: 0.1, momentum: 0.1, dropout: 0.1, examples: 10 };
    const argv = ['--flags-file', 'flags.json', '--hidden', '13', '--learning_rate', '0.13'];
    const { flags } = await configure(argv, { defaults });
    const seen = ['hidden', 'learningRate', 'momentum', 'dropout', 'examples', 'batchSize'].map((name) => flags[name]);
    expect(seen).to.deep.equal([
      { value: 13, source: 'command line' },
      { value: 0.13, source: 'command line' },
      { value: 0.12, source: 'flags file' },
      { value: 0.11, source: 'project file' },
      { value: 10, source: 'default' },
      { value: 4, source: 'default' },
    ]);
    expect(flags).to.not.have.any.keys('flagsFile', 'resume', 'override', 'flagOfAnotherConfig');
  });

  it('takes the flags of a run for a flags file', async () => {
    const { forge } = forgeIn(folder(), [...bothConfigs, '--steps', '1', '--hidden', '7']);
    const { run } = await forge.train(await forge.config());
    const { values } = await configure(['--flags-file', join(run, 'flags.json'), '--steps', '2']);
    expect(values).to.include({ hidden: 7, steps: 2, backend: 'toy', modelConfig: 'model.ts' });
  });

  it('refuses a flags file that is none, or names a flag there is not', async () => {
    for (const [content, code] of [
      ['{', 'FLAG_INVALID'],
      ['[]', 'FLAG_INVALID'],
      ['{ "hiden": 3 }', 'FLAG_UNKNOWN'],
      ['{ "hidden": "many" }', 'FLAG_INVALID'],
    ] as const) {
      await writeFiles(folder(), { 'flags.json': content });
      expect((await failureOf(() => configure([...bothConfigs, '--flags-file', 'flags.json']))).code, content).to.equal(
        code,
      );
    }
    const missing = await failureOf(() => configure([...bothConfigs, '--flags-file', 'nope.json']));
    expect(missing.message).to.include('nope.json');
  });

  it("adds a script's own flags, typed", async () => {
    const { forge } = forgeIn(folder(), [...bothConfigs, '--colour', 'red']);
    const { values } = await forge.config({
      flags: { colour: flag.string('blue', 'A colour.', { choices: ['red', 'blue'] }) },
    });
    values.colour satisfies 'red' | 'blue';
    values.steps satisfies number | null;
    expect(values.colour).to.equal('red');
  });

  it('refuses a name that two declare differently, naming both', async () => {
    await writeFiles(folder(), {
      'data.ts': `import { flag, fromArrays } from '@forge-ml/core';
        export const flags = { hidden: flag.integer(99, 'Hidden in the data.') };
        export const load = () => ({ train: fromArrays({ x: [[1]] }).batch(1) });`,
    });
    const error = await failureOf(() => configure(bothConfigs));
    expect(error.code).to.equal('FLAG_CONFLICT');
    expect(error.message).to.include('--hidden').and.include('data.ts').and.include('model.ts');
  });

  it('says which config is missing, and what was likely mistyped', async () => {
    const missing = await failureOf(() => configure(['--backend', 'toy', '--data-config', 'data.ts']));
    expect([missing.code, missing.about]).to.deep.equal(['USAGE', 'modelConfig']);
    const mistyped = await failureOf(() => configure(['--backend', 'toy', '--data-confg', 'data.ts']));
    expect([mistyped.code, mistyped.hint]).to.deep.equal(['FLAG_UNKNOWN', 'Did you mean --data-config?']);
  });

  it('refuses --launcher: a script runs in its own process', async () => {
    const error = await failureOf(() => configure([...bothConfigs, '--launcher', 'local']));
    expect([error.code, error.about]).to.deep.equal(['USAGE', 'launcher']);
    await configure([...bothConfigs, '--launcher', 'none']);
  });

  it('disposes of the engine when a config cannot be read, of a new run and of a resume', async () => {
    await writeFiles(folder(), {
      'node_modules/toy-plugin/plugin.js': `import { definePlugin } from '@forge-ml/core/plugin';
        import { toyBackend } from '@forge-ml/core/testing';
        globalThis.forgeTestEngines = { started: 0, gone: 0 };
        const counting = { ...toyBackend, async start(request) {
          globalThis.forgeTestEngines.started++;
          return { ...(await toyBackend.start(request)), dispose: () => void globalThis.forgeTestEngines.gone++ };
        } };
        export default definePlugin({ port: 1, backends: { toy: () => counting } });`,
    });
    const { forge } = forgeIn(folder(), [...bothConfigs, '--steps', '1']);
    const { run } = await forge.train(await forge.config());
    expect(globalThis).to.have.deep.property('forgeTestEngines', { started: 1, gone: 0 });
    const again = await failureOf(() => configure(['--resume', run, '--no-such-flag']));
    expect(again.code).to.equal('FLAG_UNKNOWN');
    await writeFiles(folder(), { 'model.ts': 'export const nothing = 1;' });
    expect((await failureOf(() => configure(bothConfigs))).code).to.equal('CONFIG_INVALID');
    expect(globalThis).to.have.deep.property('forgeTestEngines', { started: 3, gone: 2 });
  });

  it('keeps two configs of one name in different folders apart', async () => {
    await writeFiles(folder(), {
      'a/config.ts': `export { default } from '../data.ts';`,
      'b/config.ts': `export { default } from '../model.ts';`,
    });
    const { forge } = forgeIn(folder(), [
      '--backend',
      'toy',
      '--data-config',
      'a/config.ts',
      '--model-config',
      'b/config.ts',
      '--steps',
      '2',
    ]);
    const result = await forge.train(await forge.config());
    expect(result.status).to.equal('completed');
    expect((await forge.loadFromCheckpoint(result.run)).model).to.include({ kind: 'toy' });
  });
});

describe('Forge.load', () => {
  const folder = useTemporaryFolder();
  beforeEach(() =>
    writeFiles(folder(), {
      'config.ts': `import { flag } from '@forge-ml/core';
        export const flags = { size: flag.integer(3, 'Size.'), nHidden: flag.integer(4, 'Hidden.'), name: flag.string(null, 'Name.') };
        export const load = (values: object, ...args: unknown[]) => ({ values, args });`,
    }),
  );
  const common = { seed: 0, steps: null, epochs: null };

  it('takes a path, relative or not, or a URL, and hands all arguments on', async () => {
    const { forge } = forgeIn(folder());
    const path = join(folder(), 'config.ts');
    for (const config of ['config.ts', './config.ts', path, pathToFileURL(path)]) {
      expect(await forge.load(config, { size: 5 }, 'a', 2)).to.deep.equal({
        values: { ...common, size: 5, nHidden: 4, name: null },
        args: ['a', 2],
      });
    }
  });

  it('fills in defaults, takes values in any spelling, as text too, and checks them', async () => {
    const { forge } = forgeIn(folder());
    const { values } = (await forge.load('config.ts', { 'n-hidden': '8', seed: 3 })) as { values: object };
    expect(values).to.include({ nHidden: 8, size: 3, seed: 3 });
    expect((await failureOf(() => forge.load('config.ts', { size: 'large' }))).code).to.equal('FLAG_INVALID');
  });

  it('takes an experiment, its values and its engine', async () => {
    await writeToyProject(folder());
    const { forge } = forgeIn(folder(), [...bothConfigs, '--hidden', '9']);
    const experiment = await forge.config();
    const data = await forge.loadData(experiment);
    const model = await forge.load('model.ts', experiment, data);
    expect(model).to.deep.include({ hidden: 9, artefacts: { engineVersion: '1.0.0' } });
    expect(await forge.load(experiment.model, experiment, data)).to.deep.include({ hidden: 9 });
  });

  it('says when there is no such config', async () => {
    const { forge } = forgeIn(folder());
    expect((await failureOf(() => forge.load('nope.ts'))).code).to.equal('CONFIG_NOT_FOUND');
  });
});

describe("a script's own loop", () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('has the same parts: config, data, model, run, log, save, finish', async () => {
    const argv = [...bothConfigs, '--run-name', 'own'];
    const { forge } = forgeIn(folder(), argv);
    const experiment = await forge.config();
    const data = await forge.loadData(experiment);
    const built = await forge.build(experiment, data);
    const run = await forge.initCheckpoint(experiment, built);
    expect(run.from).to.deep.equal({ step: 0, data: { epoch: 0, batch: 0 } });
    const reader = data.train.read({ epoch: 0, skip: 0 });
    for (let step = 0; step < 3; step++) {
      const values = await built.session.step((await reader.next()).value as Batch, { step, metrics: true });
      run.log({ step: step + 1, epoch: 0, split: 'train', values });
    }
    const position = { step: 3, data: { epoch: 0, batch: 3 }, state: { mine: { seen: [0.1 + 0.2] } } };
    const path = await run.save(position);
    expect(path).to.equal(join(run.folder, 'checkpoints', '3'));
    await run.finish('stopped', 'enough');

    const again = forgeIn(folder(), ['--resume', 'own']).forge;
    const reopened = await again.config();
    const rebuilt = await again.build(reopened, await again.loadData(reopened));
    const resumed = await again.initCheckpoint(reopened, rebuilt);
    expect(resumed.folder).to.equal(run.folder);
    expect(resumed.from).to.deep.include({ step: position.step, data: position.data });
    expect(resumed.from.state).to.deep.include(position.state);
    expect(await rebuilt.session.capture()).to.deep.equal(await built.session.capture());
    await resumed.finish('completed');
  });
});
