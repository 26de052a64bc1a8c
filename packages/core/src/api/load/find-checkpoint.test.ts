import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import type { Stats } from '../../backend/backend.js';
import type { CheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { Retention } from '../../checkpoint/policies/retention.js';
import { encodeManifest, parseManifest } from '../../checkpoint/store/manifest.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

describe('addresses of checkpoints', () => {
  const folder = useTemporaryFolder();
  let run: string;

  beforeEach(async () => {
    await writeToyProject(folder());
    ({ run } = await train(folder(), [...bothConfigs, '--steps', '5', '--save-every', '1', '--keep', 'all']));
    await setMetrics({
      1: { valid: { loss: 3, rmse: 0.5, odd: 1 } },
      2: { valid: { loss: 1, rmse: 0.25, odd: 9 }, train: { loss: 9, 'top.5': 0.25 } },
      3: { valid: { loss: Number.NaN, rmse: 0.25, odd: Number.NaN }, train: { loss: 8, 'top.5': 0.5 } },
      4: { valid: { loss: 1, accuracy: 0.5, odd: Number.POSITIVE_INFINITY } },
      5: { valid: { loss: 2, accuracy: 0.25, odd: Number.NEGATIVE_INFINITY, nan: Number.NaN } },
    });
  });

  /** As if those had been the numbers at the time of the save. */
  async function setMetrics(
    metrics: Readonly<Record<number, Readonly<Record<string, Stats>>>>,
    measuredAt: Readonly<Record<number, number>> = {},
  ): Promise<void> {
    for (const [step, values] of Object.entries(metrics)) {
      const file = join(run, 'checkpoints', step, 'checkpoint.json');
      const { metricSteps: _, ...manifest } = parseManifest(await readFile(file), file);
      const valid = measuredAt[Number(step)];
      const measured = valid === undefined ? {} : { metricSteps: { valid } };
      await writeFile(file, encodeManifest({ ...manifest, metrics: values, ...measured }));
    }
  }

  async function edit(file: string, change: (content: Record<string, never>) => unknown): Promise<void> {
    const content = JSON.parse(await readFile(join(run, file), 'utf8'));
    change(content);
    await writeFile(join(run, file), JSON.stringify(content));
  }

  const setKeep = (keep: string) =>
    edit('flags.json', ({ flags }) => Object.assign((flags as Record<string, object>).keep!, { value: keep }));

  async function damage(step: number, file = 'parameters.safetensors'): Promise<void> {
    const path = join(run, 'checkpoints', String(step), file);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
  }

  async function stepOf(checkpoint?: string | number, warned: string[] = []): Promise<number> {
    const { forge, warnings } = forgeIn(folder());
    const options = checkpoint === undefined ? {} : { checkpoint: checkpoint as CheckpointAddress };
    const { step } = await forge.loadFromCheckpoint(run, { code: false, ...options });
    warned.push(...warnings);
    return step;
  }

  const failure = (checkpoint: string | number) => failureOf(() => stepOf(checkpoint));

  for (const [address, step] of [
    [undefined, 5],
    ['latest', 5],
    [2, 2],
    ['2', 2],
    // The earliest of equals.
    ['best', 2],
    ['best:valid.loss', 2],
    ['best:valid.loss:max', 1],
    ['best:valid.rmse', 2],
    ['best:valid.rmse:max', 1],
    ['best:valid.accuracy', 4],
    ['best:train.loss', 3],
    ['best:train.top.5:max', 3],
    ['best:valid.odd:min', 5],
    ['best:valid.odd:max', 4],
  ] as const) {
    it(`${address} is step ${step}`, async () => expect(await stepOf(address)).to.equal(step));
  }

  it('best is, of equals, one whose numbers were measured at its own step, as --keep best keeps it', async () => {
    const equal = { valid: { loss: 1 } };
    await setMetrics({ 1: { valid: { loss: 2 } }, 2: equal, 3: equal, 4: equal, 5: equal }, { 2: 1, 3: 3, 4: 3, 5: 5 });
    expect(await stepOf('best')).to.equal(3);
    const store = forgeIn(folder()).forge.checkpoints(run);
    await store.remove(5);
    const retention = new Retention(store, parseKeep('best:valid.loss').policy({}));
    expect(await retention.apply(4)).to.deep.equal([1, 2]);
  });

  it('the step of each number is stored, also after a resume', async () => {
    const words = [...bothConfigs, '--eval-every', '2', '--report-every', '1', '--save-every', '1', '--keep', 'all'];
    const { run: other } = await train(folder(), [...words, '--run-name', 'other', '--steps', '4']);
    await train(folder(), ['--resume', 'other', '--override', '--steps', '6']);
    const store = forgeIn(folder()).forge.checkpoints(other);
    const valid = await Promise.all([1, 2, 3, 5].map(async (step) => (await store.info(step)).metricSteps?.valid));
    expect(valid).to.deep.equal([undefined, 2, 2, 4]);
    expect((await store.info(3)).metricSteps?.train).to.equal(3);
  });

  it('best is by the metric that --keep names, in the direction that it gives', async () => {
    await setKeep('3,best:valid.odd:min:2,best:valid.loss');
    expect(await stepOf('best')).to.equal(5);
    expect(await stepOf('best:valid.odd')).to.equal(5);
    await setKeep('best:valid.accuracy');
    expect(await stepOf('best')).to.equal(4);
  });

  it('a direction is that of the address, else that in run.json; an unknown one is an error', async () => {
    const error = await failure('best:valid.odd');
    expect([error.code, error.message]).to.deep.equal([
      'METRIC_INVALID',
      'best:valid.odd: it is unknown whether a lower or a higher valid.odd is better.',
    ]);
    expect(error.hint).to.include('best:valid.odd:min or best:valid.odd:max');
    await edit('run.json', (record) =>
      Object.assign(record, { directions: { 'valid.odd': 'max', 'valid.loss': 'max' } }),
    );
    expect(await stepOf('best:valid.odd')).to.equal(4);
    expect(await stepOf('best:valid.odd:min')).to.equal(5);
    expect(await stepOf('best')).to.equal(1);
  });

  it('names a metric that no checkpoint has, or only as NaN', async () => {
    const unknown = await failure('best:valid.f1');
    expect([unknown.code, unknown.message]).to.deep.equal(['METRIC_INVALID', `No checkpoint of ${run} has valid.f1.`]);
    expect(unknown.hint).to.include('valid.loss').and.to.include('train.top.5');
    const near = await failure('best:valid.ood');
    expect([near.code, near.message, near.hint]).to.deep.equal([
      'METRIC_INVALID',
      `best:valid.ood: ${basename(dirname(run))}/1 has no metric valid.ood.`,
      'Did you mean best:valid.odd?',
    ]);
    expect((await failure('best:valid.separation')).hint)
      .to.include('It has ')
      .and.include('valid.odd');
    expect((await failure('best:valid.accuracies')).hint).to.match(/^Did you mean best:valid\.accuracy\? /);
    const nan = await failure('best:valid.nan:min');
    expect(nan.message).to.equal(`valid.nan is NaN in every checkpoint of ${run}.`);
  });

  it('refuses what is no address', async () => {
    for (const address of [
      'newest',
      'best:',
      'best:loss',
      'best:valid.loss:up',
      '-1',
      '1.5',
      '',
      -1,
      0.5,
      Number.NaN,
    ]) {
      const error = await failure(address);
      expect([error.code, error.message]).to.deep.equal(['USAGE', `"${address}" does not name a checkpoint.`]);
    }
  });

  it('skips corrupt checkpoints for latest and best, with a warning; a corrupt step is an error', async () => {
    await damage(2);
    await damage(5);
    const warned: string[] = [];
    expect(await stepOf('best', warned)).to.equal(4);
    expect(warned.map((line) => line.slice(0, 29))).to.deep.equal(['Skipped corrupt checkpoint 2:']);
    expect(await stepOf('latest')).to.equal(4);
    expect((await failure(2)).code).to.equal('CHECKPOINT_CORRUPT');
    await damage(4, 'checkpoint.json');
    expect(await stepOf('best')).to.equal(1);
    await damage(1);
    expect((await failure('best')).code).to.equal('CHECKPOINT_CORRUPT');
  });

  it('is the same for export and predictors, and as the second argument', async () => {
    const { forge } = forgeIn(folder());
    const out = join(folder(), 'out.safetensors');
    expect((await forge.exportCheckpoint(run, { out, checkpoint: 'best' })).step).to.equal(2);
    await using predictor = await forge.openPredictor(run, 'best:valid.rmse');
    expect(predictor.step).to.equal(2);
    await using loaded = await forge.loadFromCheckpoint(run, 'best');
    expect(loaded.step).to.equal(2);
    const both = await failureOf(() => forge.exportCheckpoint(run, { out, checkpoint: 2, step: 2, force: true }));
    expect([both.code, both.message]).to.deep.equal(['USAGE', 'checkpoint and step both name the checkpoint.']);
  });

  it('refuses a checkpoint that is given twice, and options in two objects', async () => {
    const { forge } = forgeIn(folder());
    const twice = await failureOf(() => forge.loadFromCheckpoint(run, 2, { checkpoint: 2 }));
    expect([twice.code, twice.about]).to.deep.equal(['USAGE', 'checkpoint']);
    const load = forge.loadFromCheckpoint.bind(forge) as (...args: unknown[]) => Promise<unknown>;
    expect((await failureOf(() => load(run, {}, {}))).code).to.equal('USAGE');
    const step = await failureOf(() => load(run, { step: 2 }));
    expect([step.code, step.hint]).to.deep.equal([
      'OPTION_UNKNOWN',
      'Name it by `checkpoint`: Forge.loadFromCheckpoint(run, { checkpoint: 1000 }).',
    ]);
  });
});
