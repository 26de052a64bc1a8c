import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
  withFlags,
} from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '23', '--run-name', 'lines'];

describe('Forge.dryRun', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('says what would be trained on what, and writes nothing', async () => {
    const before = await readdir(folder());
    const { forge } = forgeIn(folder(), [...settings, '--dry-run', '--freeze', 'layer1.*']);
    const { backend, flags, parameters, batches, batch, evaluation } = await forge.dryRun({});
    expect(backend).to.equal('toy');
    expect(flags.steps).to.deep.equal({ value: 23, source: 'command line' });
    expect(flags).to.not.have.property('dryRun');
    expect(parameters.rows.map(({ name, shape, count, trainable }) => [name, shape, count, trainable])).to.deep.equal([
      ['layer0.weights', [2, 3], 6, true],
      ['layer0.bias', [3], 3, true],
      ['layer1.weights', [3, 1], 3, false],
      ['layer1.bias', [1], 1, false],
      ['inputs.mean', [2], 2, false],
    ]);
    expect([parameters.trained, parameters.frozen, parameters.total]).to.deep.equal([
      { tensors: 2, count: 9, bytes: 36 },
      { tensors: 3, count: 6, bytes: 24 },
      { tensors: 5, count: 15, bytes: 60 },
    ]);
    expect(batches).to.deep.equal({ train: 5, valid: 2 });
    expect(Object.entries(batch).map(([name, { shape }]) => [name, shape])).to.deep.equal([
      ['x', [4, 2]],
      ['y', [4, 1]],
    ]);
    expect(evaluation.split).to.equal('valid');
    expect(evaluation.metrics.loss).to.be.a('number');
    expect(await readdir(folder())).to.deep.equal(before);
  });

  it('shows the loss, the metrics over a split and the outputs of one batch', async () => {
    const file = join(folder(), 'model.ts');
    const text = await readFile(file, 'utf8');
    const metrics = "metrics: { rmse: rmse({ label: 'y' }) }, artefacts:";
    await writeFile(file, text.replace('artefacts:', metrics).replace('flag }', 'flag, rmse }'));
    const { evaluation } = await forgeIn(folder(), [...settings, '--dry-run']).forge.dryRun({});
    const { loss, rmse } = evaluation.metrics;
    expect(rmse).to.be.closeTo(Math.sqrt(loss!), 1e-6);
    expect(evaluation.outputs).to.deep.equal({ outputs: { dtype: 'float32', shape: [4, 1] } });
  });

  it('finds the mistakes that a training would, and works for a resume and without validation data', async () => {
    const dry = (...argv: string[]) => forgeIn(folder(), withFlags([...settings, '--dry-run'], argv)).forge.dryRun({});
    expect((await failureOf(() => dry('--keep', 'best:valid.score:max'))).code).to.equal('METRIC_INVALID');
    expect((await failureOf(() => dry('--stop-early', 'valid.score:max'))).code).to.equal('METRIC_INVALID');
    expect(existsSync(join(folder(), 'results'))).to.equal(false);
    const data = await readFile(join(folder(), 'data.ts'), 'utf8');
    await writeFile(join(folder(), 'plain.ts'), data.replace(/ *valid: .*\n/, ''));
    const { evaluation, batches } = await dry('--data-config', 'plain.ts');
    expect([evaluation.split, batches]).to.deep.equal(['train', { train: 5 }]);
    const { run } = await trainUntil(7, folder(), settings);
    const files = await readdir(run, { recursive: true });
    const record = await readFile(join(run, 'run.json'), 'utf8');
    await forgeIn(folder(), ['--resume', 'lines', '--dry-run']).forge.dryRun({});
    expect(await readdir(run, { recursive: true })).to.deep.equal(files);
    expect(await readFile(join(run, 'run.json'), 'utf8')).to.equal(record);
  });

  it('--dry-run is refused by a script that trains, before anything is written', async () => {
    const error = await failureOf(() => train(folder(), [...settings, '--dry-run']));
    expect([error.code, error.message]).to.deep.equal([
      'USAGE',
      '--dry-run was given, but this script trains the run.',
    ]);
    expect(existsSync(join(folder(), 'results'))).to.equal(false);
  });
});

describe('--overfit-one-batch', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const argv = [...bothConfigs, '--epochs', '60', '--dropout', '0', '--run-name', 'lines', '--overfit-one-batch'];

  it('trains on the first batch and validates on it, in epochs of the same length, and records the flag', async () => {
    const { run, step, metrics } = await train(folder(), argv);
    expect(step).to.equal(300);
    const losses = (await metricsOf(run)).filter(({ split }) => split === 'valid').map(({ values }) => values.loss!);
    expect(losses).to.have.length(60);
    expect(metrics.valid!.loss).to.be.lessThan(0.01 * losses[0]!);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.overfitOneBatch).to.deep.equal({ value: true, source: 'command line' });
  });

  it('works in a loop over run.steps, and ends with the same bits after a resume', async () => {
    const expected = await train(folder(), argv);
    const stopped = await trainUntil(101, folder(), argv);
    await train(folder(), ['--resume', 'lines']);
    expect(await essenceOf(stopped.run, 300)).to.deep.equal(await essenceOf(expected.run, 300));
    const { forge } = forgeIn(folder(), argv);
    const prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const built = await forge.build(prepared, data);
    const run = await forge.initCheckpoint(prepared, built);
    for await (const { batch, step, metrics } of run.steps(data.train)) {
      run.log(await built.session.step(batch, { step, metrics }));
    }
    expect(await essenceOf(run.folder, 300)).to.deep.equal(await essenceOf(expected.run, 300));
  });
});
