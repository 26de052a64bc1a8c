import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { defineData, defineModel } from '../../config/define.js';
import { flag } from '../../config/flags/flag.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { asha, grid, random } from '../../sweep/define/methods.js';
import { choice, log, uniform } from '../../sweep/space/definitions.js';
import type { SweepView } from '../../sweep/view/sweep-view.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles } from '../../testing/toy-project.js';
import { StopSource } from '../../train/stop/stop-request.js';
import { forgeIn } from '../toy-run.test.support.js';
import type { SweepRequest } from './sweep-request.js';

const x = Array.from({ length: 20 }, (_, row) => [Math.sin(row * 1.7), Math.sin(1 + row * 2.3)]);
const y = x.map(([a = 0, b = 0]) => [a - 0.5 * b + 0.1 * a * b]);

const data = defineData({
  flags: { batchSize: flag.integer(4, 'Examples per minibatch.', { min: 1 }) },
  load: ({ batchSize, seed }) => ({
    train: fromArrays({ x, y }).shuffle(seed).batch(batchSize),
    valid: fromArrays({ x, y }).batch(batchSize),
  }),
});

const model = defineModel({
  flags: { hidden: flag.integer(3, 'Hidden units.', { min: 1 }), learningRate: flag.float(0.05, 'Step size.') },
  load: ({ hidden, learningRate }) => ({
    ...{ kind: 'toy', inputs: 'x', targets: 'y', hidden, learningRate },
    ...{ momentum: 0.9, dropout: 0.25, msPerStep: 0, artefacts: {} },
  }),
});

const config = { data, model, set: { backend: 'toy', epochs: 2 }, argv: [] };
const space = { learningRate: log(0.001, 0.5), hidden: choice(2, 4) };
const request: SweepRequest = {
  ...{ config, space, objectives: [{ metric: 'valid.loss', direction: 'min' }] },
  ...{ method: random(), budget: { trials: 6 } },
};

/** What two sweeps must have alike. */
const tableOf = ({ trials }: SweepView) =>
  trials.map(({ trial, parameters, state, values, rungs }) => ({ trial, parameters, state, values, rungs }));

describe('Forge.sweep', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    await writeFiles(folder(), { 'package.json': '{ "dependencies": { "toy-plugin": "1.0.0" } }' });
    await installToyPlugin(folder());
  });
  const results = (...path: string[]) => join(folder(), 'results', ...path);
  const forge = () => forgeIn(folder()).forge;

  it('trains each trial as a run of its own, and keeps what was asked and what happened', async () => {
    const prepared = await forge().sweep(request);
    expect(existsSync(results())).to.equal(false);
    const trials: number[] = [];
    const end = await prepared.run({ hooks: { onTrial: ({ trial }) => trials.push(trial) } });
    expect(end).to.deep.equal({ status: 'completed', reason: null, jobsRunning: 0 });
    expect(trials).to.deep.equal([1, 2, 3, 4, 5, 6]);
    const view = await forge().readSweep('run-sweep');
    expect(view).to.deep.include({ status: 'completed', controller: null, steps: 60 });
    expect(view.counts).to.deep.include({ completed: 6 });
    expect(tableOf(view)).to.deep.equal(tableOf(prepared.progress()));
    for (const { trial, parameters, runs } of view.trials) {
      const record = await readRunRecord(results('run-sweep', String(runs[0]!.number)));
      expect(record).to.deep.include({ status: 'completed', sweep: { id: view.sweep.id, trial } });
      expect(Object.keys(parameters)).to.deep.equal(['learningRate', 'hidden']);
    }
    const best = [...view.trials].sort((a, b) => a.values![0]! - b.values![0]!)[0]!;
    expect(view.best).to.deep.equal([best.trial]);
  });

  it('starts where a start was killed before the sweep was recorded, and not over another sweep', async () => {
    const named = { ...request, name: 'killed', budget: { trials: 2 } };
    await mkdir(results('killed', 'template', 'code'), { recursive: true });
    await writeFile(results('killed', 'template', 'code', 'old.ts'), 'export default 1;');
    const again = await forge().sweep(named);
    const atOnce = await forge().sweep(named);
    expect((await again.run()).status).to.equal('completed');
    expect(existsSync(results('killed', 'template', 'code', 'old.ts'))).to.equal(false);
    expect((await failureOf(() => atOnce.run())).message).to.include('There is a sweep "killed" already');
    expect((await forge().readSweep('killed')).counts).to.deep.include({ completed: 2 });
    await mkdir(results('other', '1'), { recursive: true });
    expect((await failureOf(() => forge().sweep({ ...named, name: 'other' }))).message).to.include(
      'an experiment "other" already',
    );
  });

  it('goes on after a stop, with the table of an undisturbed sweep', async () => {
    const undisturbed = await forge().sweep({ ...request, name: 'undisturbed' });
    await undisturbed.run();
    const stop = new StopSource();
    const first = await forge().sweep({ ...request, name: 'stopped' });
    const hooks = { onSubmit: ({ trial }: { trial: number }) => void (trial === 3 && stop.stop('SIGINT')) };
    expect(await first.run({ hooks, stop })).to.deep.include({ status: 'interrupted', reason: 'SIGINT' });
    const between = await forge().readSweep('stopped');
    expect(between).to.deep.include({ status: 'stopped', reason: 'SIGINT' });
    const second = await forge().resumeSweep('stopped', { config: { data, model } });
    expect((await second.run()).status).to.equal('completed');
    const [one, other] = await Promise.all(['undisturbed', 'stopped'].map((name) => forge().readSweep(name)));
    expect(tableOf(other!)).to.deep.equal(tableOf(one!));
    expect((await readdir(results('stopped'))).filter((name) => /^\d+$/.test(name))).to.have.lengthOf(6);
  });

  it('continues promoted trials from their checkpoints', async () => {
    const set = { backend: 'toy', epochs: 4 };
    const prepared = await forge().sweep({
      ...request,
      ...{ config: { ...config, set }, halving: asha({ reduction: 2 }), prune: { kind: 'hopeless' } },
    });
    await prepared.run();
    const view = await forge().readSweep('run-sweep');
    const completed = view.trials.filter(({ state }) => state === 'completed');
    expect(completed.length).to.be.within(1, 3);
    for (const { runs } of completed) {
      const { step, resumes } = await readRunRecord(results('run-sweep', String(runs[0]!.number)));
      expect([step, resumes.length]).to.deep.equal([20, 2]);
    }
    for (const { runs, pruned } of view.trials.filter(({ state }) => state === 'stopped')) {
      expect(pruned).to.equal(true);
      const checkpoints = await readdir(results('run-sweep', String(runs[0]!.number), 'checkpoints'));
      expect(checkpoints.filter((name) => /^\d+$/.test(name))).to.deep.equal([]);
    }
  });

  it('adds trials to an ended sweep', async () => {
    await (await forge().sweep(request)).run();
    expect(await forge().addToSweep('run-sweep', { trials: 2 })).to.deep.include({
      ...{ done: 'recorded', name: 'run-sweep' },
      budget: { trials: 8, steps: null, hours: null },
    });
    expect((await forge().readSweep('run-sweep')).status).to.equal('unattended');
    await (await forge().resumeSweep('run-sweep', { config: { data, model } })).run();
    const view = await forge().readSweep('run-sweep');
    expect([view.status, view.counts.completed]).to.deep.equal(['completed', 8]);
    const narrower = { space: { hidden: choice(2) } };
    const error = await failureOf(() => forge().addToSweep('run-sweep', narrower));
    expect([error.code, error.message]).to.deep.equal([
      'USAGE',
      'The sweep run-sweep stores no code: its configs were objects of a script.',
    ]);
    await forge().addToSweep('run-sweep', { ...narrower, config: { data, model } });
    const { sweep } = await forge().readSweep('run-sweep');
    expect(sweep.space.hidden).to.deep.include({ choices: [2] });
  });

  it('refuses a second controller, and asks the first to stop', async () => {
    const slow = await forge().sweep({ ...request, budget: { trials: 500 } });
    let answer: Promise<unknown> | undefined;
    const second = await new Promise<{ code: string; message: string }>((resolve, reject) => {
      const onSubmit = ({ trial }: { trial: number }) => {
        if (trial !== 2) return;
        failureOf(async () => (await forge().resumeSweep('run-sweep', { config: { data, model } })).run())
          .then(async (error) => {
            answer = forge().stopSweep('run-sweep');
            resolve(error);
          })
          .catch(reject);
      };
      void slow.run({ hooks: { onSubmit } }).then((end) => {
        expect(end).to.deep.include({ status: 'stopped', reason: 'forge sweep stop' });
      }, reject);
    });
    expect([second.code, second.message]).to.deep.equal([
      'RUN_LOCKED',
      `The sweep run-sweep is controlled by process ${process.pid} on ${(await import('node:os')).hostname()}.`,
    ]);
    expect(await answer).to.deep.include({ done: 'requested' });
    while (slow.progress().controller !== null) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await forge().readSweep('run-sweep')).status).to.equal('stopped');
  });

  it('cuts a torn line off the journal, and names a damaged one', async () => {
    await (await forge().sweep(request)).run();
    const journal = results('run-sweep', 'journal.jsonl');
    const whole = await readFile(journal, 'utf8');
    await appendFile(journal, '{"time":17,"type":"tri');
    expect((await forge().readSweep('run-sweep')).counts.completed).to.equal(6);
    await (await forge().resumeSweep('run-sweep', { config: { data, model } })).run();
    const after = await readFile(journal, 'utf8');
    expect(after.startsWith(whole)).to.equal(true);
    expect(after).not.to.contain('"tri{');
    const lines = whole.split('\n');
    await writeFile(journal, [...lines.slice(0, 2), '{"time":17,"type":"job"}', ...lines.slice(3)].join('\n'));
    const error = await failureOf(() => forge().readSweep('run-sweep'));
    expect([error.code, error.message]).to.deep.equal([
      'RUN_INVALID',
      `Line 3 of ${journal} is invalid: its event "job" lacks a field, or has a wrong one.`,
    ]);
  });

  it('refuses what it cannot do before it writes anything', async () => {
    const cases: [Partial<SweepRequest>, string, string][] = [
      [{ space: { hiden: choice(1, 2) } }, 'FLAG_UNKNOWN', 'There is no flag --hiden.'],
      [{ space: {} }, 'SWEEP_INVALID', 'The space of the sweep is empty.'],
      [{ space: { learningRate: log(0, 1) } }, 'SWEEP_INVALID', ''],
      [{ objectives: [] }, 'SWEEP_INVALID', 'The sweep has no objective.'],
      [{ budget: {} }, 'SWEEP_INVALID', 'The sweep has no end.'],
      [{ method: 'gird' }, 'USAGE', ''],
      [{ launcher: 'slrum' }, 'USAGE', ''],
      [{ space: { learningRate: uniform(0, 1) }, method: grid(), budget: {} }, 'SWEEP_INVALID', ''],
      [{ halving: asha({ min: 5 }) }, 'SWEEP_INVALID', 'asha: min, 5, is above the limit of 2 epochs.'],
    ];
    for (const [change, code, message] of cases) {
      const error = await failureOf(() => forge().sweep({ ...request, ...change }));
      expect([error.code, message === '' ? '' : error.message]).to.deep.equal([code, message]);
    }
    expect(existsSync(results())).to.equal(false);
  });

  it('leaves nothing where the launcher fails before the first job, and takes no name twice', async () => {
    await (await forge().sweep(request)).run();
    const error = await failureOf(() => forge().sweep({ ...request, name: 'run-sweep' }));
    expect([error.code, error.message]).to.deep.equal(['FLAG_INVALID', 'There is a sweep "run-sweep" already.']);
    expect((await forge().sweep(request)).sweep.name).to.equal('run-sweep-2');
  });
});
