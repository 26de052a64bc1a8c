import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { StopSource } from '../../train/stop/stop-request.js';
import { ForgeLibrary } from '../forge.js';
import { bothConfigs, essenceOf, readJsonFile, train } from '../toy-run.test.support.js';
import { doTrial, trialOf, writeJobs, writeSweep } from './sweep.test.support.js';

const settings = [...bothConfigs, '--steps', '12', '--report-every', '1', '--eval-every', '4', '--keep', 'all'];

describe('JobRunner', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const runsOf = async (sweep: string) => (await readdir(sweep)).filter((name) => /^\d+$/.test(name)).sort();
  const recordOf = (sweep: string, trial: number) => readJsonFile(sweep, 'trials', `${trial}.json`);
  const ownSweep = () => writeSweep(folder(), settings);

  it('trains a new run from the template with the values of the trial, and records how it ended', async () => {
    const sweep = await ownSweep();
    const result = await doTrial(trialOf(sweep, 7, { learningRate: 0.1, seed: 3 }));
    const { run } = await train(folder(), [
      ...settings,
      '--learning-rate',
      '0.1',
      '--seed',
      '3',
      '--run-name',
      'alone',
    ]);
    const own = join(sweep, '1');
    expect(await essenceOf(own, 12)).to.deep.equal(await essenceOf(run, 12));
    const record = await readJsonFile(own, 'run.json');
    expect(record.sweep).to.deep.equal({ id: 'a1', trial: 7 });
    expect(record.rerunOf).to.equal(undefined);
    const loss = (record.metrics as { valid: { loss: number } }).valid.loss;
    expect(result).to.deep.include({ status: 'completed', reason: null, values: [loss], step: 12, epoch: 2 });
    expect(result.seconds).to.be.above(0);
    const { result: written, run: place, attempt, restart } = await recordOf(sweep, 7);
    expect(written).to.deep.equal(result);
    expect(place).to.deep.equal({ experiment: 'lines', number: 1 });
    expect([attempt, restart]).to.deep.equal([1, 0]);
    const { flags } = await readJsonFile(own, 'flags.json');
    expect((flags as Record<string, unknown>).learningRate).to.deep.equal({ value: 0.1, source: 'sweep' });
    expect((flags as Record<string, unknown>).steps).to.deep.equal({ value: 12, source: 'command line' });
  });

  it('is not changed by edited files, the project file or the environment', async () => {
    const sweep = await ownSweep();
    const before = await doTrial(trialOf(sweep, 1, {}));
    for (const name of ['data.ts', 'points.ts', 'sizes.json']) await rm(join(folder(), name));
    await writeFile(join(folder(), 'model.ts'), 'export default { broken');
    await writeFile(join(folder(), 'forge.config.ts'), 'export default { learningRate: 0.9, steps: 3 };');
    const after = await doTrial(trialOf(sweep, 2, {}));
    expect(after.values).to.deep.equal(before.values);
    expect(await essenceOf(join(sweep, '2'), 12)).to.deep.equal(await essenceOf(join(sweep, '1'), 12));
    await writeFile(join(sweep, 'template', 'code', 'model.ts'), 'export default {}');
    const refused = await doTrial(trialOf(sweep, 3, {}));
    expect([refused.status, refused.reason]).to.deep.equal([
      'refused',
      `${join(sweep, 'template', 'code', 'model.ts')} was changed after the run was made, so the run's code is not run.`,
    ]);
    expect(await runsOf(sweep)).to.deep.equal(['1', '2']);
  });

  it('pauses and goes on bit-exactly, in a job with a higher attempt', async () => {
    const sweep = await ownSweep();
    await doTrial(trialOf(sweep, 1, { seed: 5 }));
    const pauseAt = { unit: 'steps', at: 8 } as const;
    const paused = await doTrial(trialOf(sweep, 2, { seed: 5 }, { pauseAt }));
    expect(paused).to.include({ status: 'paused', reason: null, step: 8 });
    const again = await doTrial(trialOf(sweep, 2, { seed: 5 }), { attempt: 2 });
    expect(again).to.include({ status: 'completed', step: 12 });
    expect(await essenceOf(join(sweep, '2'), 12)).to.deep.equal(await essenceOf(join(sweep, '1'), 12));
    expect(await runsOf(sweep)).to.deep.equal(['1', '2']);
  });

  it('only returns the result where the job or the run has ended', async () => {
    const sweep = await ownSweep();
    const trial = trialOf(sweep, 1, {});
    const first = await doTrial(trial);
    const before = await readFile(join(sweep, '1', 'run.json'), 'utf8');
    expect(await doTrial(trial)).to.deep.equal(first);
    const { seconds: _, ...rest } = await doTrial(trial, { attempt: 2 });
    expect(first).to.deep.include(rest);
    expect(await readFile(join(sweep, '1', 'run.json'), 'utf8')).to.equal(before);
    expect(await doTrial(trial, { attempt: 1 })).to.include({ status: 'superseded' });
    expect(await recordOf(sweep, 1)).to.include({ attempt: 2 });
  });

  it('saves at a stop and goes on later; a failed training has its reason and is not resumed', async () => {
    const sweep = await ownSweep();
    await doTrial(trialOf(sweep, 1, {}));
    const stop = new StopSource();
    const hooks = { step: ({ step }: { step: number }) => (step === 5 ? stop.stop('SIGTERM') : undefined) };
    const interrupted = await doTrial(trialOf(sweep, 2, {}), {}, { stop, hooks });
    expect(interrupted).to.include({ status: 'interrupted', reason: 'SIGTERM', step: 5 });
    expect(await doTrial(trialOf(sweep, 2, {}), { attempt: 2 })).to.include({ status: 'completed', step: 12 });
    expect((await essenceOf(join(sweep, '2'), 12)).tensors).to.deep.equal(
      (await essenceOf(join(sweep, '1'), 12)).tensors,
    );
    const failed = await doTrial(trialOf(sweep, 3, { learningRate: 1e30 }));
    expect(failed.status).to.equal('failed');
    expect(failed.reason).to.match(/became (NaN|Infinity) at step/);
  });

  it('refuses values that are no flags of the configs, before there is a run', async () => {
    const sweep = await ownSweep();
    const reasonOf = async (trial: number, flags: Record<string, string>) => {
      const { status, reason } = await doTrial(trialOf(sweep, trial, flags));
      expect(status).to.equal('refused');
      return reason;
    };
    expect(await reasonOf(1, { lerningRate: '1' })).to.equal('There is no flag --lerning-rate in the sweep.');
    expect(await reasonOf(2, { hidden: 'many' })).to.include('hidden');
    expect(await reasonOf(3, { modelConfig: 'x.ts' })).to.equal(
      '--model-config cannot change: the sweep lines trains its trials with its stored code.',
    );
    expect(await runsOf(sweep)).to.deep.equal([]);
  });

  it('an objective that the evaluations do not report is refused before a run is made', async () => {
    const sweep = await ownSweep();
    for (const [trial, metric, cause] of [
      [1, 'valid.rmse', 'the model does not report it'],
      [2, 'test.loss', 'training reports train and valid metrics only'],
    ] as const) {
      const objectives = [{ metric, direction: 'min', value: 'best' }] as const;
      const { status, reason } = await doTrial(trialOf(sweep, trial, {}, { objectives }));
      expect([status, reason]).to.deep.equal(['refused', `The objective ${metric} is not available: ${cause}.`]);
      expect(await runsOf(sweep)).to.deep.equal([]);
    }
  });

  it('the best value is that of the objective, whatever direction the run has for the metric', async () => {
    const sweep = await ownSweep();
    const objective = { metric: 'valid.loss', value: 'best' } as const;
    const objectives = [
      { ...objective, direction: 'min' },
      { ...objective, direction: 'max' },
    ] as const;
    const { values } = await doTrial(trialOf(sweep, 1, { learningRate: 0.3 }, { objectives }));
    const losses = (await readFile(join(sweep, '1', 'metrics.jsonl'), 'utf8'))
      .split('\n')
      .filter((line) => line.includes('"valid"'))
      .map((line) => (JSON.parse(line) as { values: { loss: number } }).values.loss);
    expect(values).to.deep.equal([Math.min(...losses), Math.max(...losses)]);
  });

  it('removes the folder of a run that was never made, and makes another', async () => {
    const sweep = await ownSweep();
    await doTrial(trialOf(sweep, 1, {}));
    await rm(join(sweep, '1', 'run.json'));
    const result = await doTrial(trialOf(sweep, 1, {}), { attempt: 2 });
    expect(result.status).to.equal('completed');
    expect(await runsOf(sweep)).to.deep.equal(['2']);
    expect(existsSync(join(sweep, '1'))).to.equal(false);
  });

  it('trains a run of its own from the arguments of forge train, and resumes it after that', async () => {
    const argv = [...settings, '--run-name', 'alone', '--results-dir', 'elsewhere'];
    const record = join(folder(), 'records', 'alone.json');
    const place = (attempt: number) =>
      writeJobs(join(folder(), `jobs-${attempt}.jsonl`), [{ train: { argv }, record, attempt, launcher: null }]);
    const forge = new ForgeLibrary({ directory: folder(), argv: ['job'] });
    await using runner = await forge.jobRunner();
    const stop = new StopSource();
    const hooks = { step: ({ step }: { step: number }) => (step === 5 ? stop.stop('SIGINT') : undefined) };
    expect(await runner.run(await place(1), { stop, hooks })).to.include({ status: 'interrupted', step: 5 });
    expect(await runner.run(await place(2))).to.include({ status: 'completed', step: 12, values: null });
    const { run } = await train(folder(), [...settings, '--run-name', 'straight']);
    const own = join(folder(), 'elsewhere', 'alone');
    expect(await runsOf(own)).to.deep.equal(['1']);
    expect((await essenceOf(join(own, '1'), 12)).tensors).to.deep.equal((await essenceOf(run, 12)).tensors);
  });
});
