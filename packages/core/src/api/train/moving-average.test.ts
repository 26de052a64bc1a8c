import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSafetensors } from '../../tensor/safetensors.js';
import { tensor } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { evaluate } from '../../train/loop/evaluate.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
} from '../toy-run.test.support.js';

const common = [...bothConfigs, '--steps', '23', '--report-every', '3', '--eval-every', '4', '--run-name', 'lines'];
const settings = [...common, '--ema', '0.9'];

describe('--ema', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('stores the average as a group of the state, and changes neither parameters nor training', async () => {
    const plain = await essenceOf((await train(folder(), common)).run, 23);
    const { run } = await train(folder(), settings);
    const { metrics, tensors } = await essenceOf(run, 23);
    expect(tensors[0]).to.deep.equal(plain.tensors[0]);
    expect(metrics.filter((line) => !line.includes('valid-ema'))).to.deep.equal(plain.metrics);
    const file = (await readSafetensors(join(run, 'checkpoints/23/state.safetensors'))).tensors;
    const names = ['layer0.weights', 'layer0.bias', 'layer1.weights', 'layer1.bias'];
    expect([...file.keys()].sort()).to.deep.equal(
      [...names.map((n) => `${n}.momentum`), ...names.map((n) => `ema/${n}`)].sort(),
    );
    const { state } = await readJsonFile(run, 'checkpoints/23/checkpoint.json');
    expect(state).to.deep.include({ ema: { tensors: 4 } });
    const { ema, optimizer } = await forgeIn(folder()).forge.loadFromCheckpoint(run, { code: false });
    expect([...ema!.keys()].sort()).to.deep.equal([...names].sort());
    expect(optimizer.size).to.equal(4);
  });

  it('ends with the same bits wherever the run was stopped', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    for (const at of [1, 4, 5, 9, 10, 22, 23]) {
      await trainUntil(at, folder(), settings);
      const resumed = await train(folder(), ['--resume', 'lines']);
      expect(await essenceOf(resumed.run, 23), `stopped at ${at}`).to.deep.equal(expected);
    }
  });

  it('evaluates it beside the parameters, as the split valid-ema, which --keep and --stop-early can name', async () => {
    const argv = [...settings, '--save-every', '4', '--keep', 'best:valid-ema.loss'];
    const { run, metrics } = await train(folder(), argv);
    const records = await metricsOf(run);
    const at = (split: string) => records.filter((record) => record.split === split);
    expect(at('valid-ema').map(({ step }) => step)).to.deep.equal(at('valid').map(({ step }) => step));
    expect(at('valid-ema').at(-1)!.values).to.deep.equal(metrics['valid-ema']);
    expect(metrics['valid-ema']!.loss).to.not.equal(metrics.valid!.loss);
    const best = at('valid-ema').reduce((a, b) => (b.values.loss! < a.values.loss! ? b : a));
    expect(existsSync(join(run, 'checkpoints', String(best.step)))).to.equal(true);
    const early = await train(folder(), [...settings, '--stop-early', 'valid-ema.loss', '--patience', '1']);
    expect(early.step).to.be.at.most(23);
    const error = await failureOf(() => train(folder(), [...common, '--keep', 'best:valid-ema.loss']));
    expect([error.code, error.message]).to.deep.equal([
      'METRIC_INVALID',
      '--keep best:valid-ema.loss is not available: there is no moving average.',
    ]);
  });

  it('loads with the average as the model, in a session, without code and in exports', async () => {
    const { run, metrics } = await train(folder(), settings);
    const { forge } = forgeIn(folder());
    const x = tensor(new Float32Array([0.5, -1, 2, 0.25]), [2, 2]);
    const outputsOf = async (weights: 'parameters' | 'ema') => {
      const loaded = await forge.loadFromCheckpoint(run, { weights });
      await loaded.restore();
      const { loss } = await evaluate(loaded.session, loaded.data.valid!);
      expect(loss).to.equal(metrics[weights === 'ema' ? 'valid-ema' : 'valid']!.loss);
      const { outputs } = await loaded.predict({ x });
      await loaded.dispose();
      return [...(outputs!.data as Float32Array)];
    };
    const [own, averaged] = [await outputsOf('parameters'), await outputsOf('ema')];
    expect(averaged).to.not.deep.equal(own);
    const leftIn = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('forge-weights-'));
    const before = await leftIn();
    const predictor = await forge.openPredictor(run, 'latest', undefined, 'ema');
    expect([...((await predictor.predict({ x })).outputs!.data as Float32Array)]).to.deep.equal(averaged);
    await predictor.dispose();
    await forge.exportCheckpoint(run, { out: join(folder(), 'average.safetensors'), weights: 'ema' });
    const { tensors } = await readSafetensors(join(folder(), 'average.safetensors'));
    const { ema, parameters } = await forge.loadFromCheckpoint(run, { code: false });
    expect([...tensors.keys()].sort()).to.deep.equal([...parameters.keys()].sort());
    for (const [name, value] of ema!) expect(tensors.get(name)!.bytes).to.deep.equal(value.bytes);
    expect(tensors.get('inputs.mean')!.bytes).to.deep.equal(parameters.get('inputs.mean')!.bytes);
    expect(await leftIn()).to.deep.equal(before);
  });

  it('starts from the parameters where it is added at a resume, and can be turned off', async () => {
    const { run } = await trainUntil(9, folder(), common);
    await trainUntil(10, folder(), ['--resume', 'lines', '--ema', '0.9', '--override']);
    await trainUntil(12, folder(), ['--resume', 'lines']);
    const { forge } = forgeIn(folder());
    expect((await forge.loadFromCheckpoint(run, { code: false })).ema).to.have.property('size', 4);
    await trainUntil(14, folder(), ['--resume', 'lines', '--ema', '0', '--override']);
    const without = await forge.loadFromCheckpoint(run, { code: false });
    expect([without.ema, without.optimizer.size, without.checkpoint.state.ema]).to.deep.equal([
      undefined,
      4,
      undefined,
    ]);
    const error = await failureOf(() => forge.loadFromCheckpoint(run, { weights: 'ema' }));
    expect([error.code, error.message]).to.deep.equal([
      'ABILITY_MISSING',
      `The checkpoint of step 14 in ${run} has no moving average.`,
    ]);
    const unknown = await failureOf(() => forge.loadFromCheckpoint(run, { weights: 'mean' as 'ema' }));
    expect(unknown.message).to.equal('The weights "mean" are unknown.');
  });

  it('is refused by an engine that cannot do it, as is --freeze, before anything is written', async () => {
    const argv = ['--backend', 'null', ...common.slice(2)];
    for (const [flag, value, ability] of [
      ['ema', '0.9', 'keep a moving average of the parameters'],
      ['freeze', 'layer0.*', 'freeze parameters'],
    ] as const) {
      const error = await failureOf(() => train(folder(), [...argv, `--${flag}`, value]));
      expect([error.code, error.message]).to.deep.equal([
        'ABILITY_MISSING',
        `--${flag}: the engine null of the backend null cannot ${ability}.`,
      ]);
    }
    expect(existsSync(join(folder(), 'results'))).to.equal(false);
  });
});

describe('flags without effect', () => {
  const folder = useTemporaryFolder();

  for (const [flag, value, message] of [
    ['ema', '1', '--ema must be below 1, not 1: the average would never change.'],
    ['freeze', '', '--freeze "" names nothing.'],
    ['freeze', ' , ', '--freeze " , " names nothing.'],
    ['freeze', 'layer0.*,,layer1.bias', '--freeze "layer0.*,,layer1.bias" has an empty part: a name is missing.'],
    ['freeze', 'none,layer1.bias', '--freeze "none,layer1.bias" has none beside names.'],
    ['sink', 'x,', '--sink "x," has an empty part: a name is missing.'],
    ['sink', ',', '--sink "," names nothing.'],
    ['hook', '', '--hook "" names nothing.'],
  ] as const) {
    it(`are refused before anything is written: --${flag} '${value}'`, async () => {
      await writeToyProject(folder());
      const error = await failureOf(() => train(folder(), [...common, `--${flag}`, value]));
      expect([error.code, error.message]).to.deep.equal(['FLAG_INVALID', message]);
      expect(existsSync(join(folder(), 'results'))).to.equal(false);
    });
  }
});

describe('--freeze', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('does not train the parameters of its patterns, also after a resume; flags.json has it', async () => {
    const frozen = [...common, '--freeze', 'layer0.*, layer1.bias'];
    const expected = await essenceOf((await train(folder(), frozen)).run, 23);
    const { run } = await trainUntil(9, folder(), frozen);
    const { forge } = forgeIn(folder());
    const early = (await forge.loadFromCheckpoint(run, { code: false })).parameters;
    await train(folder(), ['--resume', 'lines']);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
    const { parameters, optimizer } = await forge.loadFromCheckpoint(run, { code: false });
    const changed = [...parameters].filter(([name, { bytes }]) => !Buffer.from(bytes).equals(early.get(name)!.bytes));
    expect(changed.map(([name]) => name).sort()).to.deep.equal(['inputs.mean', 'layer1.weights']);
    expect([...optimizer.keys()]).to.deep.equal(['layer1.weights.momentum']);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.freeze).to.deep.equal({ value: 'layer0.*, layer1.bias', source: 'command line' });
    const loaded = await forge.loadFromCheckpoint(run);
    await loaded.restore();
    await loaded.dispose();
  });

  it('refuses a pattern that matches nothing, naming the parameters', async () => {
    const error = await failureOf(() => train(folder(), [...common, '--freeze', 'encoder/*']));
    expect(error.message).to.include('"encoder/*", which matches no parameter of the model');
    expect(error.hint).to.include('layer0.weights');
    expect(existsSync(join(folder(), 'results'))).to.equal(false);
  });
});

describe('the learning rate', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('is logged with each report, not averaged, also in a loop over run.steps', async () => {
    const { run, metrics } = await train(folder(), common);
    const reports = (await metricsOf(run)).filter(({ split }) => split === 'train');
    expect(reports.map(({ values }) => values.learningRate)).to.deep.equal(reports.map(() => 0.05));
    expect(metrics.train!.learningRate).to.equal(0.05);
    const { directions } = await readJsonFile(run, 'run.json');
    expect(directions).to.not.have.property('train.learningRate');
    const error = await failureOf(() => train(folder(), [...common, '--keep', 'best:train.learningRate']));
    expect(error.code).to.equal('METRIC_INVALID');

    const { forge } = forgeIn(folder(), common);
    const prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const built = await forge.build(prepared, data);
    const own = await forge.initCheckpoint(prepared, built);
    for await (const { batch, step, metrics } of own.steps(data.train)) {
      own.log(await built.session.step(batch, { step, metrics }));
    }
    expect(own.metrics.train!.learningRate).to.equal(0.05);
  });
});
