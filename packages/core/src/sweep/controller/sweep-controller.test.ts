import { expect } from 'chai';
import fc from 'fast-check';
import { ForgeError } from '../../errors/forge-error.js';
import { RandomStream } from '../../random/random-stream.js';
import { StopSource } from '../../train/stop/stop-request.js';
import type { SweepFile } from '../record/sweep-file.js';
import type { Sampler, TrialOutcome } from '../samplers/sampler.js';
import { buildView } from '../view/build-view.js';
import {
  controllerOn,
  SimulatedLauncher,
  type SimulatedTraining,
  SimulatedWorld,
  simulate,
  sweepFile,
  tableOf,
} from './simulation.test.support.js';

const randomSampler = (): Sampler => ({
  ask: (trial) => ({ x: RandomStream.of(3, trial).float() }),
  tell: () => undefined,
});

/** Its choices depend on every outcome, in order. */
function historySampler(): Sampler {
  let history = 17;
  return {
    ask: (trial) => ({ x: RandomStream.of(history, trial).float() }),
    tell: ({ trial, state, values, trained }: TrialOutcome) => {
      const text = JSON.stringify([trial, state, values, trained]);
      for (const letter of text) history = (history * 31 + letter.charCodeAt(0)) % 1_000_003;
    },
  };
}

const training: SimulatedTraining = {
  stepMs: 100,
  steps: 27,
  valuesAt: ({ flags }, step) => [(flags.x as number) + 1 / step],
};

const asha: SweepFile['halving'] = { name: 'asha', reduction: 3, min: 1, max: 27, unit: 'steps' };

function run(
  changes: Partial<SweepFile> = {},
  {
    slots = 1,
    survive = false,
    sampler = randomSampler,
    train = training,
    kills = [],
  }: {
    slots?: number | null;
    survive?: boolean;
    sampler?: () => Sampler;
    train?: SimulatedTraining;
    kills?: readonly { after: number; done: boolean }[];
  } = {},
) {
  const world = new SimulatedWorld(sweepFile(changes));
  const launcher = new SimulatedLauncher(world, train, slots, survive);
  return simulate(world, launcher, sampler, kills).then((result) => ({ ...result, world, launcher }));
}

function failing(train: (trial: number) => readonly number[] | string): SimulatedTraining {
  return { ...training, valuesAt: ({ trial }) => train(trial) };
}

describe('SweepController', function () {
  this.timeout(60_000);

  it('trains every trial of the budget once, on all slots', async () => {
    const { end, state, world, launcher } = await run({}, { slots: 4 });
    expect(end).to.deep.equal({ status: 'completed', reason: null, jobsRunning: 0 });
    expect(state.trials.map(({ end }) => end)).to.deep.equal(Array(10).fill('completed'));
    expect(new Set(world.trained).size).to.equal(10);
    expect(world.trained).to.have.lengthOf(10);
    expect(launcher.most).to.equal(4);
    // 10 trials of 2.7 s on 4 slots.
    expect(world.clock.now() - 1_000_000).to.be.within(8_100, 8_200);
  });

  it('ends when the sampler has no more', async () => {
    const asked: number[] = [];
    const ask = (trial: number) => (asked.push(trial) > 3 ? null : { x: trial });
    const sampler = () => ({ ...randomSampler(), ask });
    const { end, state } = await run({ budget: { trials: null, steps: null, hours: null } }, { sampler, slots: 2 });
    expect([end.status, state.trials.length]).to.deep.equal(['completed', 3]);
    expect(asked).to.deep.equal([1, 2, 3, 4]);
    const view = buildView(state, { folder: '/', controller: null, now: null });
    expect([view.status, state.exhausted]).to.deep.equal(['completed', true]);
  });

  it('trains the runs of a trial with seeds in a row, and takes the mean', async () => {
    const train: SimulatedTraining = { ...training, valuesAt: ({ flags }) => [flags.seed as number] };
    const { state, world } = await run({ repeat: 3, budget: { trials: 2, steps: null, hours: null } }, { train });
    expect(state.trials.map(({ values }) => values)).to.deep.equal([[8], [8]]);
    expect(world.trained.map((entry) => JSON.parse(entry.split(' ')[1]!).seed)).to.deep.equal([7, 8, 9, 7, 8, 9]);
  });

  it('records why a trial failed, and goes on; with failFast the first failure stops the sweep', async () => {
    const train = failing((trial) => (trial === 3 ? 'the loss is NaN' : [trial]));
    const { state, end } = await run({}, { train });
    expect(end.status).to.equal('completed');
    expect(state.trials.map(({ end, reason }) => [end, reason])[2]).to.deep.equal(['failed', 'the loss is NaN']);
    expect(state.trials.filter(({ end }) => end === 'completed')).to.have.lengthOf(9);

    const fast = await run({ failFast: true }, { train, slots: 2 });
    expect(fast.end).to.deep.include({ status: 'stopped', reason: 'trial 3 failed: the loss is NaN' });
    expect(fast.state.trials.length).to.be.below(6);
    expect(fast.state.stopped).to.equal('trial 3 failed: the loss is NaN');
  });

  it('submits a lost job again up to the limit of retries, and then fails the trial', async () => {
    const crashing = (times: number): SimulatedTraining => ({
      ...training,
      crashAt: ({ trial }, attempt) => (trial === 2 && attempt <= times ? 5 : undefined),
    });
    const twice = await run({}, { train: crashing(2) });
    expect(twice.state.trials[1]).to.deep.include({ end: 'completed' });
    expect(twice.state.trials[1]!.runs[0]).to.deep.include({ attempts: 3, losses: 2 });
    const thrice = await run({}, { train: crashing(3) });
    expect(thrice.state.trials[1]).to.deep.include({
      ...{ end: 'failed', values: null },
      reason: 'it ended without a result, with exit status 137',
    });
    expect(thrice.state.trials.filter(({ end }) => end === 'completed')).to.have.lengthOf(9);
  });

  it('stops at a limit of steps or hours, after the trials that run', async () => {
    const steps = await run({ budget: { trials: null, steps: 100, hours: null } }, { slots: 2 });
    expect(steps.end).to.deep.include({ status: 'completed', reason: 'the budget of 100 steps is used up' });
    expect(steps.state.steps).to.be.within(100, 100 + 2 * 27);
    const hours = await run({ budget: { trials: null, steps: null, hours: 10 / 3600 } });
    expect(hours.end.reason).to.match(/hours is used up$/);
    expect(hours.state.trials).to.have.lengthOf(4);
  });

  it('gives a cluster all trials of a method that needs no results as one array with a throttle', async () => {
    const { launcher, state } = await run(
      { workers: 3, budget: { trials: 40, steps: null, hours: null } },
      { slots: null },
    );
    expect(launcher.submitted).to.deep.equal([{ count: 40, throttle: 3 }]);
    expect(state.trials.every(({ end }) => end === 'completed')).to.equal(true);
    const adaptive = await run(
      { workers: 3, method: { name: 'tpe', options: {} } },
      { slots: null, sampler: historySampler },
    );
    expect(adaptive.launcher.most).to.equal(3);
  });

  it('promotes by successive halving, from the checkpoints', async () => {
    const budget = { trials: 27, steps: null, hours: null };
    const { state, world } = await run({ halving: asha, budget }, { slots: 4 });
    const best = [...state.trials].sort((a, b) => (a.parameters.x as number) - (b.parameters.x as number));
    const completed = state.trials.filter(({ end }) => end === 'completed');
    expect(completed.map(({ trial }) => trial)).to.include(best[0]!.trial);
    expect(state.trials.map(({ rungs }) => rungs).every((rungs) => rungs >= 1)).to.equal(true);
    expect(state.trials.filter(({ end }) => end === 'stopped').length).to.equal(27 - completed.length);
    // Trained further, not again.
    expect(state.steps).to.be.below((27 * 27) / 4);
    expect(new Set(world.trained).size).to.equal(world.trained.length);
  });

  it('removes the checkpoints of trials that cannot be promoted, and of no others', async () => {
    const budget = { trials: 27, steps: null, hours: null };
    const { state, world } = await run({ halving: asha, budget, prune: { kind: 'hopeless' } }, { slots: 4 });
    const undisturbed = await run({ halving: asha, budget }, { slots: 4 });
    expect(tableOf(state)).to.deep.equal(tableOf(undisturbed.state));
    const stopped = state.trials.filter(({ end }) => end === 'stopped');
    expect(stopped.every(({ pruned }) => pruned)).to.equal(true);
    expect(world.removed).to.have.lengthOf(stopped.length);
    // Most of them long before the end.
    const order = world.journal.map(({ type }) => type);
    expect(order.indexOf('pruned')).to.be.below(order.length / 2);
  });

  it('keeps the checkpoints of the best trials only', async () => {
    const { state } = await run({ prune: { kind: 'best', count: 3 } });
    const kept = state.trials.filter(({ pruned }) => !pruned).map(({ values }) => values![0]!);
    const all = state.trials.map(({ values }) => values![0]!).sort((a, b) => a - b);
    expect(kept.sort((a, b) => a - b)).to.deep.equal(all.slice(0, 3));
  });

  it('stops its own jobs in order on a signal, and goes on from there', async () => {
    const world = new SimulatedWorld(sweepFile());
    const launcher = new SimulatedLauncher(world, training, 2);
    const stop = new StopSource();
    void world.clock.wait(4_000).then(() => stop.stop('SIGINT'));
    const end = await (await controllerOn(world, launcher, randomSampler, { stop })).run();
    expect(end).to.deep.equal({ status: 'interrupted', reason: 'SIGINT', jobsRunning: 0 });
    const resumed = await simulate(world, launcher, randomSampler);
    expect(tableOf(resumed.state)).to.deep.equal(tableOf((await run()).state));
    expect(resumed.state.steps).to.equal(270);
    expect(resumed.state.trials.every(({ runs }) => runs[0]!.losses === 0)).to.equal(true);
  });

  it('leaves the jobs of a cluster running on a signal, and adopts them', async () => {
    const world = new SimulatedWorld(sweepFile({ workers: 2 }));
    const launcher = new SimulatedLauncher(world, training, null, true);
    const stop = new StopSource();
    void world.clock.wait(1_000).then(() => stop.stop('SIGINT'));
    const end = await (await controllerOn(world, launcher, randomSampler, { stop })).run();
    expect(end).to.deep.include({ status: 'interrupted' });
    expect(end.jobsRunning).to.be.above(0);
    const resumed = await simulate(world, launcher, randomSampler);
    expect(launcher.submitted).to.have.lengthOf(1);
    expect(resumed.end.status).to.equal('completed');
    expect(world.trained).to.have.lengthOf(10);
  });

  it('does what other processes request: more trials, once; and a stop', async () => {
    const world = new SimulatedWorld(sweepFile());
    const launcher = new SimulatedLauncher(world, training, 1);
    const more = { file: '1-1-add.json', kind: 'add', budget: { trials: 5 }, space: null } as const;
    void world.clock.wait(6_000).then(() => world.messages.push(more));
    const { state } = await simulate(world, launcher, randomSampler);
    expect(state.trials).to.have.lengthOf(15);
    expect(world.messages).to.have.lengthOf(0);
    // Left by a controller that was killed before it removed the request.
    world.messages.push(more);
    const again = await simulate(world, launcher, randomSampler);
    expect(again.state.trials).to.have.lengthOf(15);
    const other = new SimulatedWorld(sweepFile());
    void other.clock.wait(6_000).then(() => other.messages.push({ file: '2-1-stop.json', kind: 'stop', now: false }));
    const stopped = await simulate(other, new SimulatedLauncher(other, training, 1), randomSampler);
    expect(stopped.end).to.deep.include({ status: 'stopped', reason: 'forge sweep stop' });
    expect(stopped.state.trials.length).to.be.within(2, 4);
  });

  it('throws the error of the launcher before the first job, and later tries again', async () => {
    const down = new ForgeError('USAGE', 'The partition "gpus" does not exist.');
    const world = new SimulatedWorld(sweepFile());
    const launcher = new SimulatedLauncher(world, training, 1);
    launcher.failures.push(down);
    const failing = await controllerOn(world, launcher, randomSampler);
    expect(await failing.run().catch((error: unknown) => error)).to.equal(down);

    const later = new SimulatedWorld(sweepFile());
    const flaky = new SimulatedLauncher(later, training, 1);
    void later.clock.wait(4_000).then(() => flaky.failures.push(down, down));
    const waits: number[] = [];
    const hooks = { onLauncherFailure: ({ seconds }: { seconds: number }) => waits.push(seconds) };
    const end = await (await controllerOn(later, flaky, randomSampler, { hooks })).run();
    expect([end.status, waits]).to.deep.equal(['completed', [5, 10]]);
    expect(later.trained).to.have.lengthOf(10);
  });

  describe('whose first trials are refused', () => {
    const budget = { trials: 40, steps: null, hours: null };
    const message = 'The model does not report valid.acuracy.';
    const refusing = (isRefused: (trial: number) => boolean): SimulatedTraining => ({
      ...training,
      refusal: ({ trial }) => (isRefused(trial) ? message : undefined),
    });

    for (const slots of [1, 4, null]) {
      it(`stops with the reason instead of using the budget up, ${slots ?? 'a queue'} of slots`, async () => {
        const { end, state, launcher } = await run({ budget, workers: 2 }, { slots, train: refusing(() => true) });
        expect(end).to.deep.equal({
          status: 'stopped',
          reason: `3 trials were refused, and none trained: The model does not report valid.acuracy. Correct the cause and resume with forge sweep --resume test-sweep, or start a new sweep.`,
          jobsRunning: 0,
        });
        expect(state.stopped).to.equal(end.reason);
        expect(state.trials.filter(({ end }) => end === 'failed').length).to.be.within(3, 5);
        expect(launcher.submitted.length).to.be.below(6);
      });
    }

    it('goes on when it is resumed, and stops again while the cause is there', async () => {
      const world = new SimulatedWorld(sweepFile({ budget }));
      const bad = refusing(() => true);
      const first = await simulate(world, new SimulatedLauncher(world, bad, 1), randomSampler);
      const second = await simulate(world, new SimulatedLauncher(world, bad, 1), randomSampler);
      expect([first.end.status, second.end.status]).to.deep.equal(['stopped', 'stopped']);
      expect(second.state.trials).to.have.lengthOf(6);
      const third = await simulate(world, new SimulatedLauncher(world, training, 1), randomSampler);
      expect(third.end).to.deep.include({ status: 'completed', reason: null });
      expect(third.state.trials.filter(({ end }) => end === 'completed')).to.have.lengthOf(34);
    });

    it('goes on where a trial has trained, trains now, or failed in training', async () => {
      const trained = await run({ budget }, { train: refusing((trial) => trial !== 3) });
      expect(trained.end.status).to.equal('completed');
      const trains = await run({ budget }, { slots: 4, train: refusing((trial) => trial !== 2) });
      expect(trains.end.status).to.equal('completed');
      const failed = await run({ budget }, { train: failing(() => 'the loss is NaN') });
      expect(failed.end.status).to.equal('completed');
    });
  });

  it('reads and writes little while it waits', async () => {
    const slow = { ...training, stepMs: 100_000 };
    const { world } = await run({ budget: { trials: 1, steps: null, hours: null } }, { train: slow });
    const seconds = 2700;
    expect(world.requestReads + world.beats).to.be.within(seconds / 10, seconds);
  });

  describe('killed at random, and resumed', () => {
    const kills = fc.array(fc.record({ after: fc.integer({ min: 1, max: 25 }), done: fc.boolean() }), {
      ...{ minLength: 1, maxLength: 30, size: 'max' as const },
    });
    const budget = { trials: 12, steps: null, hours: null };
    const cases: [string, Partial<SweepFile>, () => Sampler][] = [
      ['a method that needs no results', { budget }, randomSampler],
      ['a method that learns from results', { budget, method: { name: 'tpe', options: {} } }, historySampler],
      [
        'repeats',
        { budget: { ...budget, trials: 5 }, repeat: 3, method: { name: 'tpe', options: {} } },
        historySampler,
      ],
      ['successive halving', { budget, halving: asha, method: { name: 'tpe', options: {} } }, historySampler],
      [
        'Hyperband, pruned',
        { budget, halving: { ...asha, name: 'hyperband' }, prune: { kind: 'hopeless' } },
        historySampler,
      ],
    ];
    for (const [title, changes, sampler] of cases) {
      it(`on one slot, the table is that of an undisturbed sweep: ${title}`, async () => {
        const expected = tableOf((await run(changes, { sampler })).state);
        let killed = 0;
        await fc.assert(
          fc.asyncProperty(kills, async (kills) => {
            const result = await run(changes, { sampler, kills });
            killed += result.kills;
            expect(tableOf(result.state)).to.deep.equal(expected);
            expect(new Set(result.world.trained).size).to.equal(result.world.trained.length);
          }),
          { numRuns: 80 },
        );
        expect(killed).to.be.above(200);
      });
    }

    it('on several slots, with jobs that end with the controller or go on, every trial is trained once', async () => {
      const survives = fc.boolean();
      const slots = fc.constantFrom(1, 3, null);
      const halving = fc.constantFrom(null, asha);
      await fc.assert(
        fc.asyncProperty(kills, slots, survives, halving, async (kills, slots, survive, halving) => {
          const changes = { budget, halving, workers: slots === null ? 3 : null };
          const result = await run(changes, { sampler: randomSampler, kills, slots, survive });
          expect(result.end.status).to.equal('completed');
          expect(result.state.trials).to.have.lengthOf(12);
          expect(result.state.trials.every(({ phase, end }) => phase === 'ended' && end !== 'failed')).to.equal(true);
          expect(new Set(result.world.trained).size).to.equal(result.world.trained.length);
          const runs = result.state.trials.map(({ runs }) => runs[0]!.number);
          expect(new Set(runs).size).to.equal(12);
        }),
        { numRuns: 100 },
      );
    });
  });
});
