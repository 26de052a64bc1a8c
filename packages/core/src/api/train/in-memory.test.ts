import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { defineData, defineModel } from '../../config/define.js';
import { flag } from '../../config/flags/flag.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { StopSource } from '../../train/stop/stop-request.js';
import { verifyRun } from '../../verify/verify-run.js';
import type { ForgeLibrary } from '../forge.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train } from '../toy-run.test.support.js';

const x = Array.from({ length: 20 }, (_, row) => [Math.sin(row * 1.7), Math.sin(1 + row * 2.3)]);
const y = x.map(([a = 0, b = 0]) => [a - 0.5 * b + 0.1 * a * b]);

const data = defineData({
  flags: { batchSize: flag.integer(4, 'Examples per minibatch.', { min: 1 }) },
  load: ({ batchSize, seed }) => ({ train: fromArrays({ x, y }).shuffle(seed).batch(batchSize) }),
});

const model = defineModel({
  flags: { hidden: flag.integer(3, 'Hidden units.'), learningRate: flag.float(0.05, 'Step size.') },
  load: ({ hidden, learningRate }) => ({
    ...{ kind: 'toy', inputs: 'x', targets: 'y', hidden, learningRate },
    ...{ momentum: 0.9, dropout: 0.25, msPerStep: 0, artefacts: {} },
  }),
});

const set = { backend: 'toy', steps: 13 };

describe('configs in memory', () => {
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    await writeFiles(folder(), { 'package.json': '{ "dependencies": { "toy-plugin": "1.0.0" } }' });
    await installToyPlugin(folder());
  });

  async function trainTo(step: number, forge: ForgeLibrary, request: Parameters<ForgeLibrary['train']>[0]) {
    const stop = new StopSource();
    const hooks = {
      step: (progress: { step: number }) => {
        if (progress.step === step) stop.stop('SIGTERM');
      },
    };
    return forge.train(request, { stop, hooks });
  }

  it('train without files: flags and checkpoints are stored, and no code', async () => {
    const { forge, warnings } = forgeIn(folder());
    const { run, ...result } = await forge.train({ data, model, flags: { hidden: 5 }, set: { ...set, epochs: 2 } });
    expect(result).to.include({ experiment: 'run', number: 1, status: 'completed', step: 10, epoch: 2 });
    expect(await readJsonFile(run, 'run.json')).to.include({ code: 'in-memory', status: 'completed' });
    expect((await readJsonFile(run, 'flags.json')).flags).to.deep.include({
      hidden: { value: 5, source: 'script' },
      batchSize: { value: 4, source: 'default' },
      dataConfig: { value: null, source: 'default' },
    });
    const files = await readdir(run);
    expect(files).to.include.members(['checkpoints', 'metrics.jsonl']).and.not.include.members(['code', 'code.json']);
    expect(existsSync(join(run, 'checkpoints', '10', 'parameters.safetensors'))).to.equal(true);
    expect((await verifyRun({ path: run, experiment: 'run', number: 1 })).problems).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
  });

  it('are prepared with typed values', async () => {
    const { values, engine } = await forgeIn(folder(), ['--run-name', 'mine']).forge.config({ data, model, set });
    values.hidden satisfies number;
    values.batchSize satisfies number;
    expect(values).to.include({ hidden: 3, batchSize: 4, runName: 'mine', modelConfig: null });
    await engine.dispose();
  });

  it('store the git state of the folder that Forge is used from', async () => {
    const { run } = await forgeIn(folder()).forge.train({ data, model, set });
    expect(await readJsonFile(run, 'run.json')).to.include({ git: null, directory: folder() });
  });

  for (const step of [3, 5, 11]) {
    it(`resume to the same bits from step ${step}`, async () => {
      const { forge } = forgeIn(folder());
      const whole = await forge.train({ data, model, set: { ...set, runName: 'whole' } });
      const half = await trainTo(step, forge, { data, model, set: { ...set, runName: 'half' } });
      expect(half).to.include({ status: 'stopped', step });
      const rest = await forge.train({ data, model, set: { resume: 'half' } });
      expect(rest).to.include({ run: half.run, status: 'completed', step: 13 });
      expect(await essenceOf(rest.run, 13)).to.deep.equal(await essenceOf(whole.run, 13));
      expect(await readJsonFile(rest.run, 'run.json')).to.include({ code: 'in-memory' });
    });
  }

  it('are refused in the middle of an epoch where the objects give other batches', async () => {
    const { forge } = forgeIn(folder());
    await trainTo(3, forge, { data, model, set: { ...set, runName: 'half' } });
    const other = defineData({ ...data, load: () => ({ train: fromArrays({ x, y }).batch(5) }) });
    const error = await failureOf(() => forge.train({ data: other, model, set: { resume: 'half' } }));
    expect(error.code).to.equal('OVERRIDE_MID_EPOCH');
  });

  it('are needed to resume and to load such a run', async () => {
    const { forge } = forgeIn(folder());
    const { run } = await trainTo(3, forge, { data, model, set });
    for (const work of [() => forge.train({ set: { resume: 'run' } }), () => forge.loadFromCheckpoint(run)]) {
      expect((await failureOf(work)).code).to.equal('CODE_MISSING');
    }
  });

  it('cannot replace the code that a run stores', async () => {
    await writeToyProject(folder());
    await train(folder(), [...bothConfigs, '--steps', '1', '--run-name', 'stored']);
    const { forge } = forgeIn(folder());
    const error = await failureOf(() => forge.train({ data, model, set: { resume: 'stored' } }));
    expect(error.code).to.equal('USAGE');
    expect(error.message).to.include('stored/1 stores its code');
    await trainTo(3, forge, { data, model, set });
    const files = await failureOf(() => forge.train({ data, model, set: { resume: 'run', codeFrom: 'project' } }));
    expect([files.code, files.about]).to.deep.equal(['USAGE', 'codeFrom']);
  });

  it('ignore the config files of a project file, and refuse those of the command line', async () => {
    await writeFiles(folder(), { 'forge.config.ts': "export default { dataConfig: 'no.ts', hidden: 6, steps: 2 };" });
    const { run } = await forgeIn(folder()).forge.train({ data, model, set: { backend: 'toy' } });
    expect((await readJsonFile(run, 'flags.json')).flags).to.deep.include({
      dataConfig: { value: null, source: 'default' },
      hidden: { value: 6, source: 'project file' },
    });
    const { forge } = forgeIn(folder(), ['--model-config', 'model.ts']);
    const error = await failureOf(() => forge.train({ data, model, set }));
    expect([error.code, error.about]).to.deep.equal(['USAGE', 'modelConfig']);
  });

  it('are checked as config files are', async () => {
    const { forge } = forgeIn(folder());
    for (const [request, code, message] of [
      [{ data }, 'USAGE', '`data` is a config object, but `model` is missing.'],
      [{ data: model, model }, 'CONFIG_INVALID', 'The object given as the data config declares a model config.'],
      [
        { data: { lod: 1 } as never, model },
        'CONFIG_INVALID',
        'The data config given as an object has no load function.',
      ],
      [
        { data: { load: data.load, flag: {} } as never, model },
        'CONFIG_INVALID',
        'the data config has no field "flag".',
      ],
      [{ data, model, set: { hiden: 3 } }, 'FLAG_UNKNOWN', "There is no flag --hiden in the script's values."],
    ] as const) {
      const error = await failureOf(() =>
        forge.train({ ...request, set: { ...set, ...('set' in request && request.set) } }),
      );
      expect([error.code, error.message]).to.deep.equal([code, message]);
    }
  });

  it('name the config whose load fails', async () => {
    const failing = defineModel({ load: () => Promise.reject(new Error('no weights')), flags: {} });
    const error = await failureOf(() => forgeIn(folder()).forge.train({ data, model: failing, set }));
    expect([error.code, error.message]).to.deep.equal(['CONFIG_FAILED', 'load of the model config failed: no weights']);
  });

  it('are trained on an engine that is disposed of at the end, also of a failure', async () => {
    await writeFiles(folder(), {
      'node_modules/toy-plugin/plugin.js': `import { definePlugin } from '@forge-ml/core/plugin';
        import { toyBackend } from '@forge-ml/core/testing';
        globalThis.forgeTestDisposed = 0;
        const counting = { ...toyBackend, async start(request) {
          return { ...(await toyBackend.start(request)), dispose: () => void globalThis.forgeTestDisposed++ };
        } };
        export default definePlugin({ port: 1, backends: { toy: () => counting } });`,
    });
    const { forge } = forgeIn(folder());
    await forge.train({ data, model, set });
    expect(globalThis).to.include({ forgeTestDisposed: 1 });
    await failureOf(() => forge.train({ data, model, set: { ...set, keep: 'nonsense' } }));
    expect(globalThis).to.include({ forgeTestDisposed: 2 });
  });
});
