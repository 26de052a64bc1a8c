import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { log } from '../../sweep/space/definitions.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { StopSource } from '../../train/stop/stop-request.js';
import { bothConfigs, forgeIn } from '../toy-run.test.support.js';
import { takeDown, writeDetachedProject } from './detached-jobs.test.support.js';
import type { SweepRequest } from './sweep-request.js';

describe('a sweep whose jobs go on without its controller', function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();
  let program: readonly [string, ...string[]];
  beforeEach(async () => {
    program = await writeDetachedProject(folder());
  });
  const sweepFolder = (...path: string[]) => join(folder(), 'results', 'far', ...path);
  const forge = () => forgeIn(folder()).forge;
  const prepare = (change: Partial<SweepRequest> = {}, flags: readonly string[] = []) =>
    forge().sweep({
      ...{ name: 'far', config: { argv: [...bothConfigs, '--epochs', '1', ...flags] }, program },
      ...{ space: { learningRate: log(0.001, 0.5) }, objectives: [{ metric: 'valid.loss', direction: 'min' }] },
      // With a limit of hours, the trials are submitted one by one.
      ...{ method: 'random', budget: { trials: 4, hours: 1 }, launcher: 'detached', workers: 1 },
      ...change,
    });
  const resume = async () => (await forge().resumeSweep('far', { program })).run();
  const runs = async () => (await readdir(sweepFolder())).filter((name) => /^\d+$/.test(name)).length;

  it('leaves no folder where the first jobs cannot be submitted', async () => {
    await takeDown(folder());
    const sweep = await prepare();
    const error = await failureOf(() => sweep.run());
    expect([error.code, error.message]).to.deep.equal(['USAGE', 'The cluster is down.']);
    expect(existsSync(sweepFolder())).to.equal(false);
  });

  it('keeps its state where later jobs cannot be submitted, says so, and goes on when it is resumed', async () => {
    const stop = new StopSource();
    const failures: [unknown, number][] = [];
    const end = await (await prepare()).run({
      stop,
      hooks: {
        onTrial: ({ trial }) => void (trial === 2 && takeDown(folder())),
        onLauncherFailure({ error, seconds }) {
          failures.push([(error as Error).message, seconds]);
          stop.stop('SIGINT');
        },
      },
    });
    expect(end).to.deep.equal({ status: 'interrupted', reason: 'SIGINT', jobsRunning: 1 });
    expect(failures).to.deep.equal([['The cluster is down.', 5]]);
    const between = await forge().readSweep('far');
    expect(between.counts).to.deep.include({ completed: 2 });
    await rm(join(folder(), 'down'));
    expect((await resume()).status).to.equal('completed');
    const view = await forge().readSweep('far');
    expect([view.status, view.counts.completed, await runs()]).to.deep.equal(['completed', 4, 4]);
    expect(view.trials.slice(0, 2)).to.deep.equal(between.trials.slice(0, 2));
  });

  it('is stopped without a controller: its jobs end, it is recorded, and it can be resumed', async () => {
    const stop = new StopSource();
    const sweep = await prepare({ budget: { trials: 1, hours: 1 } }, ['--ms-per-step', '600']);
    const end = await sweep.run({ stop, hooks: { onSubmit: () => void setTimeout(() => stop.stop('SIGINT'), 1500) } });
    expect(end).to.deep.include({ status: 'interrupted', jobsRunning: 1 });
    const before = await forge().readSweep('far');
    expect(before.counts).to.deep.include({ running: 1, completed: 0 });
    expect(await forge().stopSweep('far')).to.deep.include({ done: 'recorded', name: 'far' });
    const view = await forge().readSweep('far');
    expect(view).to.deep.include({ status: 'stopped', reason: 'forge sweep stop', controller: null });
    expect(view.counts).to.deep.include({ running: 0, waiting: 1 });
    const jobs = await readdir(join(folder(), 'detached'));
    expect(jobs.filter((name) => name.endsWith('.exit'))).to.have.lengthOf(1);
    expect(await readdir(sweepFolder())).not.to.include('controller.json');
    expect((await resume()).status).to.equal('completed');
    expect((await forge().readSweep('far')).counts).to.deep.include({ completed: 1 });
  });

  it('is continued in a narrower space, with what is known', async () => {
    await (await prepare({ budget: { trials: 2, hours: 1 } })).run();
    const file = await readFile(sweepFolder('sweep.json'), 'utf8');
    const wider = await failureOf(() => forge().addToSweep('far', { space: { learningRate: log(0.001, 0.6) } }));
    expect([wider.code, wider.message]).to.deep.equal([
      'SWEEP_INVALID',
      'The parameter learningRate has values outside those of the sweep: log(0.001..0.6).',
    ]);
    const added = await forge().addToSweep('far', { trials: 2, space: { learningRate: log(0.01, 0.02) } });
    expect(added).to.deep.include({ done: 'recorded', budget: { trials: 4, steps: null, hours: 1 } });
    expect((await resume()).status).to.equal('completed');
    const view = await forge().readSweep('far');
    expect(view.counts).to.deep.include({ completed: 4 });
    expect(view.sweep.space.learningRate).to.deep.include({ low: 0.01, high: 0.02 });
    const rates = view.trials.map(({ parameters }) => parameters.learningRate as number);
    expect(rates).to.have.lengthOf(4);
    for (const rate of rates.slice(2)) expect(rate).to.be.within(0.01, 0.02);
    expect(rates.slice(0, 2).some((rate) => rate < 0.01 || rate > 0.02)).to.equal(true);
    expect(await readFile(sweepFolder('sweep.json'), 'utf8')).to.equal(file);
  });
});
