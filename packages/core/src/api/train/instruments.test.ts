import { existsSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { readMedia } from '../../metrics/media/read-media.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { verifyRun } from '../../verify/verify-run.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
} from '../toy-run.test.support.js';

const folderOf = ({ run, experiment, number }: { run: string; experiment: string; number: number }) => ({
  path: run,
  experiment,
  number,
});

describe('--log-gradients', () => {
  const folder = useTemporaryFolder();
  const argv = [...bothConfigs, '--steps', '12', '--save-every', '6', '--report-every', '5'];

  beforeEach(() => writeToyProject(folder()));

  it('logs norms, ratios and histograms without changing a bit of the training', async () => {
    const plain = await train(folder(), argv);
    const logged = await train(folder(), [...argv, '--log-gradients', '4']);
    const gradients = (await metricsOf(logged.run)).filter(({ split }) => split === 'gradients');
    expect(gradients.map(({ step }) => step)).to.deep.equal([4, 8, 12]);
    for (const { values } of gradients) {
      expect(values).to.include.keys('norm', 'norm/layer0.weights', 'ratio/layer0.weights', 'norm/layer1.bias');
      const norms = Object.entries(values).filter(([name]) => name.startsWith('norm/'));
      expect(Math.hypot(...norms.map(([, norm]) => norm))).to.be.closeTo(values.norm!, 1e-9);
    }
    const media: string[] = [];
    for await (const { step, split, name, kind } of readMedia(logged.run))
      media.push(`${step} ${split}.${name} ${kind}`);
    expect(media)
      .to.have.length(3 * 4)
      .and.include('8 gradients.layer1.weights histogram');
    const [a, b] = [await essenceOf(plain.run, 12), await essenceOf(logged.run, 12)];
    expect(b.tensors).to.deep.equal(a.tensors);
    expect(b.metrics.filter((line) => !line.includes('"gradients"'))).to.deep.equal(a.metrics);
  });

  it('keeps the numbers out of the last and best metrics, of checkpoints and of --keep', async () => {
    const { run, metrics, experiment } = await train(folder(), [...argv, '--log-gradients', '2']);
    const record = await readJsonFile(run, 'run.json');
    const checkpoint = await readJsonFile(run, 'checkpoints', '12', 'checkpoint.json');
    for (const splits of [metrics, record.metrics, record.best, checkpoint.metrics as never]) {
      expect(Object.keys(splits!)).to.have.members(['train', 'valid']);
    }
    const keep = await failureOf(() =>
      train(folder(), [...argv, '--log-gradients', '2', '--keep', 'best:gradients.norm:min']),
    );
    expect(keep.code).to.equal('METRIC_INVALID');
    // A resume computes the best values from the log.
    const resumed = await train(folder(), ['--resume', `${experiment}/1`, '--steps', '14', '--override']);
    expect(Object.keys((await readJsonFile(resumed.run, 'run.json')).best!)).to.have.members(['train', 'valid']);
  });

  it('resumes with the same bits and the same lines', async () => {
    const gradients = [...argv, '--log-gradients', '3'];
    const whole = await train(folder(), gradients);
    const stopped = await trainUntil(7, folder(), gradients);
    await train(folder(), ['--resume', stopped.run]);
    expect(await essenceOf(stopped.run, 12)).to.deep.equal(await essenceOf(whole.run, 12));
  });

  it('reports the steps of a loop of your own too', async () => {
    const { forge } = forgeIn(folder(), [...argv, '--log-gradients', '4', '--profile', '12']);
    await using experiment = await forge.config();
    const data = await forge.loadData(experiment);
    await using built = await forge.build(experiment, data);
    const run = await forge.initCheckpoint(experiment, built);
    for await (const { batch, step } of run.steps(data.train)) {
      run.log(await built.session.step(batch, { step, metrics: true }));
    }
    const steps = (await metricsOf(run.folder)).filter(({ split }) => split === 'gradients').map(({ step }) => step);
    expect(steps).to.deep.equal([4, 8, 12]);
    const names = (await traceOf(run.folder)).map(({ name }) => name);
    expect(names).to.include.members(['data', 'step', 'log', 'save']);
  });

  it('is refused before anything is written where the engine has no gradients', async () => {
    const model = `import { defineModel } from '@forge-ml/core';\nexport default defineModel({ flags: {}, load: () => ({}) });\n`;
    await writeFile(join(folder(), 'null.ts'), model);
    const argv = ['--backend', 'null', '--data-config', 'data.ts', '--model-config', 'null.ts'];
    const error = await failureOf(() => train(folder(), [...argv, '--log-gradients', '10', '--steps', '1']));
    expect(error.code).to.equal('ABILITY_MISSING');
    expect(error.message).to.match(/^--log-gradients: the engine .+ of the backend null cannot report gradients\.$/);
    expect(error.hint).to.equal('Omit --log-gradients, or choose another backend or engine.');
  });
});

/** An event of a trace; see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
}

async function traceOf(run: string): Promise<readonly TraceEvent[]> {
  const trace = JSON.parse(await readFile(join(run, 'profile.json'), 'utf8'));
  return trace.traceEvents;
}

describe('--profile', () => {
  const folder = useTemporaryFolder();
  const argv = [...bothConfigs, '--steps', '20', '--ms-per-step', '5'];

  beforeEach(() => writeToyProject(folder()));

  it('writes a trace, and sums parts that are about the time of the run', async () => {
    const times: number[] = [];
    const note = () => void times.push(performance.now());
    const hooks = { start: note, end: note };
    const { run, profile, ...place } = await train(folder(), [...argv, '--profile', '100'], { hooks });
    const wall = (times[1]! - times[0]!) / 1000;
    const { steps, seconds, parts } = profile!;
    expect(steps).to.equal(20);
    expect(parts).to.include.keys('data', 'step', 'log', 'evaluate', 'save');
    expect(parts.step).to.be.greaterThan(0.09);
    const sum = Object.values(parts).reduce((total, part) => total + part, 0);
    expect(sum).to.be.within(0.95 * seconds, 1.0001 * seconds);
    expect(seconds).to.be.within(0.8 * wall, wall);
    const events = await traceOf(run);
    for (const { name, ph, ts, dur, pid, tid } of events) {
      expect([name, ph, pid, tid]).to.deep.equal([name, 'X', 1, 1]);
      expect(Number.isSafeInteger(ts) && ts >= 0 && Number.isSafeInteger(dur) && dur >= 0, name).to.equal(true);
    }
    expect(events.map(({ ts }) => ts)).to.deep.equal(events.map(({ ts }) => ts).sort((a, b) => a - b));
    expect((await verifyRun(folderOf({ run, ...place }), { deep: true })).problems).to.deep.equal([]);
  });

  it('records the first steps, also of a stopped and of a resumed run', async () => {
    const stopped = await trainUntil(8, folder(), [...argv, '--profile', '5']);
    expect([stopped.status, stopped.profile?.steps]).to.deep.equal(['stopped', 5]);
    const before = await readFile(join(stopped.run, 'profile.json'), 'utf8');
    const resumed = await train(folder(), ['--resume', stopped.run]);
    expect([resumed.step, resumed.profile?.steps]).to.deep.equal([20, 5]);
    expect(await readFile(join(stopped.run, 'profile.json'), 'utf8')).to.not.equal(before);
    const without = await train(folder(), ['--resume', stopped.run, '--steps', '22', '--profile', '0', '--override']);
    expect(without.profile).to.equal(null);
  });

  it('warns of a profile that cannot be written, and does not follow a link', async () => {
    const target = join(folder(), 'target.txt');
    await writeFile(target, 'mine');
    const { forge, warnings } = forgeIn(folder(), [...argv, '--profile', '5']);
    const { status } = await forge.train(await forge.config(), {
      onRun: ({ folder }) => void symlink(target, join(folder, 'profile.json')),
    });
    expect(status).to.equal('completed');
    expect(warnings.join()).to.include('The profile was not written').and.include('link');
    expect(await readFile(target, 'utf8')).to.equal('mine');
  });

  it('is not written where another process has resumed the run', async () => {
    const { forge, warnings } = forgeIn(folder(), [...argv, '--profile', '5']);
    let run = '';
    const training = forge.train(await forge.config(), {
      onRun: ({ folder }) => {
        run = folder;
      },
      hooks: {
        // The last save has been made, which would find it too.
        async checkpoint() {
          const file = join(run, 'run.json');
          const record = JSON.parse(await readFile(file, 'utf8'));
          await writeFile(file, JSON.stringify({ ...record, process: { ...record.process, pid: 1, host: 'other' } }));
        },
      },
    });
    expect(await failureOf(() => training)).to.have.property('code', 'RUN_LOCKED');
    expect(existsSync(join(run, 'profile.json'))).to.equal(false);
    expect(warnings.join()).to.match(/The profile was not written: .* was taken over by process 1 on other\./);
  });

  it('does not change what is trained', async () => {
    const plain = await train(folder(), [...bothConfigs, '--steps', '12']);
    const profiled = await train(folder(), [...bothConfigs, '--steps', '12', '--profile', '4']);
    expect(plain.profile).to.equal(null);
    expect(await essenceOf(profiled.run, 12)).to.deep.equal(await essenceOf(plain.run, 12));
  });
});

describe('--system-metrics', () => {
  const folder = useTemporaryFolder();
  const argv = [...bothConfigs, '--steps', '40', '--ms-per-step', '10'];

  beforeEach(() => writeToyProject(folder()));

  it('logs the machine with the step, apart from the metrics of the model', async () => {
    const { run, metrics } = await train(folder(), [...argv, '--system-metrics', '0.05']);
    const system = (await metricsOf(run)).filter(({ split }) => split === 'system');
    expect(system.length).to.be.greaterThan(2);
    expect(system.at(-1)).to.include({ step: 40, epoch: 7 });
    expect(system[0]!.values).to.include.keys('cpu.process', 'memory.process', 'disk.free');
    const { length } = await readFile(join(run, 'metrics.jsonl'));
    await delay(150);
    expect((await readFile(join(run, 'metrics.jsonl'))).length).to.equal(length);
    const record = await readJsonFile(run, 'run.json');
    for (const splits of [metrics, record.metrics, record.best]) expect(splits).to.not.have.property('system');
  });

  it('has a line of a run that is shorter than the interval, or is stopped', async () => {
    const { run } = await trainUntil(3, folder(), [...argv, '--system-metrics', '60']);
    const system = (await metricsOf(run)).filter(({ split }) => split === 'system');
    expect(system.map(({ step }) => step)).to.deep.equal([3]);
  });
});
