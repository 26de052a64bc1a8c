import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { flag } from '../config/flag.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../testing/toy-project.js';
import { bothConfigs, essenceOf, forgeIn, metricsOf, readJsonFile, train, trainUntil } from './toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '23', '--report-every', '3', '--eval-every', '4', '--run-name', 'lines'];

describe('--resume', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('ends with the same bits and metrics as a run that never stopped, wherever it stopped', async () => {
    const straight = await train(folder(), settings);
    const expected = await essenceOf(straight.run, 23);
    // 5 and 10 are ends of epochs; a stop at 1 comes before the first evaluation.
    for (const at of [1, 4, 5, 9, 10, 17, 22]) {
      const stopped = await trainUntil(at, folder(), settings);
      const resumed = await train(folder(), ['--resume', 'lines']);
      expect([resumed.run, resumed.status, resumed.step]).to.deep.equal([stopped.run, 'completed', 23]);
      const { metrics, tensors } = await essenceOf(resumed.run, 23);
      expect(metrics, `stopped at ${at}`).to.deep.equal(expected.metrics);
      expect(
        tensors.every((bytes, index) => bytes.equals(expected.tensors[index]!)),
        `stopped at ${at}`,
      ).to.equal(true);
      const record = await readJsonFile(resumed.run, 'run.json');
      expect(record).to.deep.include({ status: 'completed', reason: null, metrics: straight.metrics });
      expect((record.resumes as { step: number }[]).map(({ step }) => step)).to.deep.equal([at]);
    }
  });

  it('may stop again and again', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(3, folder(), settings);
    for (const at of [4, 10, 16]) await trainUntil(at, folder(), ['--resume', 'lines']);
    await train(folder(), ['--resume']);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('goes on from the last checkpoint of a process that was killed, and cuts off what came after it', async function () {
    this.timeout(30_000);
    const expected = await essenceOf((await train(folder(), [...settings, '--save-every', '4'])).run, 23);
    const argv = [...settings, '--save-every', '4', '--ms-per-step', '15'];
    const script = `import { Forge } from '@forge-ml/core';
      await Forge.train(await Forge.config(), { hooks: { step: ({ step }) => console.log(step) } });`;
    await writeFile(join(folder(), 'train.mjs'), script);
    const child = spawn(process.execPath, ['train.mjs', ...argv], {
      cwd: folder(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (/^10$/m.test(text)) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    expect(signal).to.equal('SIGKILL');
    const run = join(folder(), 'results/lines/2');
    expect((await readJsonFile(run, 'run.json')).status).to.equal('running');

    const resumed = await train(folder(), ['--resume', 'lines/2', '--ms-per-step', '0', '--override']);
    expect(await essenceOf(resumed.run, 23)).to.deep.equal(expected);
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.length(1);
  });

  it('needs neither the project nor its place: the run holds its code', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    for (const name of ['data.ts', 'model.ts', 'points.ts', 'sizes.json', 'package.json'])
      await rm(join(folder(), name));
    const elsewhere = join(folder(), 'elsewhere');
    await writeFiles(elsewhere, { 'package.json': '{ "dependencies": { "toy-plugin": "*" } }' });
    await installToyPlugin(elsewhere);
    await train(elsewhere, ['--resume', run]);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('starts from the beginning where nothing had been saved yet', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    await rm(join(run, 'checkpoints'), { recursive: true });
    await train(folder(), ['--resume', 'lines']);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('steps over a damaged checkpoint to the newest sound one, and says so', async () => {
    const expected = await essenceOf((await train(folder(), [...settings, '--save-every', '4'])).run, 23);
    const { run } = await trainUntil(14, folder(), [...settings, '--save-every', '4']);
    const parameters = join(run, 'checkpoints/14/parameters.safetensors');
    await writeFile(parameters, (await readFile(parameters)).subarray(0, -3));
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    await forge.train(await forge.config());
    expect(warnings.join('\n')).to.match(/Checkpoint 14 is damaged and was stepped over/);
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.nested.property('[0].step', 12);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('is refused with a flag that contradicts the run, in whatever spelling, and with one that does not fit', async () => {
    await trainUntil(9, folder(), settings);
    for (const [argv, code, message] of [
      [['--learning_rate=7'], 'FLAG_CONFLICT', '--learning-rate 7 contradicts lines/1, which has 0.05.'],
      [['--steps', '50'], 'FLAG_CONFLICT', '--steps 50 contradicts lines/1, which has 23.'],
      [
        ['--model-config', 'other.ts'],
        'FLAG_CONFLICT',
        '--model-config "other.ts" contradicts lines/1, which has "model.ts".',
      ],
      [['--lerning-rate', '7'], 'FLAG_UNKNOWN', 'There is no flag --lerning-rate.'],
      [['--steps', 'x'], 'FLAG_INVALID', '--steps takes a whole number, not "x".'],
    ] as const) {
      const error = await failureOf(() => train(folder(), ['--resume', 'lines', ...argv]));
      expect([error.code, error.message]).to.deep.equal([code, message]);
    }
    const { hint } = await failureOf(() => train(folder(), ['--resume', 'lines', '--steps', '50']));
    expect(hint).to.include('--override');
  });

  it('takes a flag that says the same again, and one that contradicts with --override', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    await trainUntil(12, folder(), ['--resume', 'lines', '--learning-rate', '0.05', '--steps=23']);
    const { step } = await train(folder(), [
      '--resume',
      'lines',
      '--steps',
      '30',
      '--learning-rate',
      '0.01',
      '--override',
    ]);
    expect(step).to.equal(30);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.steps).to.deep.equal({ value: 30, source: 'override' });
    expect(flags.learningRate).to.deep.equal({ value: 0.01, source: 'override' });
    expect(flags.reportEvery).to.deep.equal({ value: 3, source: 'command line' });
  });

  it('takes a flag that says in other words what the run has', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const again = ['--backend', 'toy', '--engine', 'plain', '--data-config', './data.ts', '--model-config', 'model.ts'];
    await trainUntil(12, folder(), ['--resume', 'lines', ...again]);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.engine).to.deep.equal({ value: null, source: 'default' });
    expect(flags.dataConfig).to.deep.equal({ value: 'data.ts', source: 'command line' });
  });

  it('holds a flags file against the run as it does the command line', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    await writeFiles(folder(), { 'other.json': '{ "learning_rate": 0.01 }' });
    const argv = ['--resume', 'lines', '--flags-file', 'other.json'];
    const error = await failureOf(() => train(folder(), argv));
    expect(error.message).to.equal('--learning-rate 0.01 contradicts lines/1, which has 0.05.');
    await train(folder(), [...argv, '--override']);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.learningRate).to.deep.equal({ value: 0.01, source: 'flags file' });
  });

  it('goes on with its own code and backend, whoever insists on others', async () => {
    await trainUntil(9, folder(), settings);
    for (const [flag, value] of [
      ['--model-config', 'other.ts'],
      ['--backend', 'null'],
    ] as const) {
      const error = await failureOf(() => train(folder(), ['--resume', 'lines', flag, value, '--override']));
      expect(error.code).to.equal('FLAG_CONFLICT');
      expect(error.hint).to.equal(
        'A run goes on with the code and the backend it has: leave it out, or start a new run.',
      );
    }
  });

  it('keeps the flags of the script that made the run when another script takes it up', async () => {
    const { forge } = forgeIn(folder(), [...settings, '--mine', '4']);
    const experiment = await forge.config({ flags: { mine: flag.integer(1, 'Mine.') } });
    const { run } = await forge.train(experiment, { stop: { signal: 'SIGTERM' } });
    await train(folder(), ['--resume', 'lines']);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.mine).to.deep.equal({ value: 4, source: 'command line' });
  });

  it('is refused for a run that is completed, unless it is to go further', async () => {
    await train(folder(), settings);
    const error = await failureOf(() => train(folder(), ['--resume', 'lines']));
    expect(error.code).to.equal('RUN_COMPLETED');
    expect(error.message).to.equal('lines/1 is completed, at step 23 after 4 epochs.');
    expect(error.hint).to.include('--steps 46 --override');
    const faster = ['--resume', 'lines', '--learning-rate', '7', '--override'];
    expect((await failureOf(() => train(folder(), faster))).code).to.equal('RUN_COMPLETED');
    const lower = await failureOf(() => train(folder(), ['--resume', 'lines', '--epochs', '1', '--override']));
    expect([lower.code, lower.hint]).to.deep.equal([
      'RUN_COMPLETED',
      'To train it further: --resume lines/1 --steps 46 --epochs 8 --override',
    ]);
    const further = await train(folder(), ['--resume', 'lines', '--steps', '46', '--override']);
    expect(further).to.include({ status: 'completed', step: 46 });
    const steps = (await metricsOf(further.run)).map(({ step }) => step);
    expect([...steps].sort((a, b) => a - b)).to.deep.equal(steps);
  });

  it('goes on with its own code, and says so where the source was edited since', async () => {
    const { run } = await trainUntil(4, folder(), settings);
    await writeFiles(folder(), { 'points.ts': 'throw new Error("edited");' });
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    expect(await forge.train(await forge.config())).to.include({ run, status: 'completed' });
    expect(warnings).to.deep.equal(['Edited since lines/1 was made: points.ts. The run goes on with its own copy.']);
  });

  it('is what --override is for', async () => {
    const error = await failureOf(() => train(folder(), [...settings, '--override']));
    expect(error.code).to.equal('USAGE');
    expect(error.message).to.include('there is no --resume');
  });

  it('is refused for a run that still runs', async () => {
    let error: Awaited<ReturnType<typeof failureOf>> | undefined;
    const hooks = {
      checkpoint: async () => {
        error = await failureOf(() => train(folder(), ['--resume', 'lines']));
      },
    };
    await train(folder(), settings, { hooks });
    expect(error?.code).to.equal('RUN_BUSY');
    expect(error?.message).to.include(String(process.pid));
  });

  it('is refused for a run that another process has taken up meanwhile', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const late = forgeIn(folder(), ['--resume', 'lines']).forge;
    const experiment = await late.config();
    let error: Awaited<ReturnType<typeof failureOf>> | undefined;
    const hooks = {
      checkpoint: async () => {
        error = await failureOf(() => late.train(experiment));
      },
    };
    await train(folder(), ['--resume', 'lines'], { hooks });
    expect(error?.code).to.equal('RUN_BUSY');
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.length(1);
  });

  it('ends the process that had the run before, once it was taken over, before it writes more', async () => {
    const taker = { host: 'elsewhere', pid: 7, startTime: 1 };
    for (const mode of ['sync', 'async']) {
      let run = '';
      const checkpoint = async ({ step, path }: { step: number; path: string }) => {
        if (step !== 4) return;
        run = join(path, '../..');
        await writeFile(
          join(run, 'run.json'),
          JSON.stringify({ ...(await readJsonFile(run, 'run.json')), process: taker }),
        );
      };
      const words = [...settings, '--save-every', '2', '--save-mode', mode];
      const error = await failureOf(() => train(folder(), words, { hooks: { checkpoint } }));
      expect([error.code, error.message.replace(/^\S+/, 'it')]).to.deep.equal([
        'RUN_BUSY',
        'it was taken over by process 7 on elsewhere.',
      ]);
      expect((await readJsonFile(run, 'run.json')).process).to.deep.equal(taker);
      expect(await readdir(join(run, 'checkpoints'))).to.have.members(['2', '4']);
    }
  });

  it('leaves the run as it was where taking it up fails', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const before = await readJsonFile(run, 'run.json');
    await appendFile(join(run, 'metrics.jsonl'), 'no record\n');
    const error = await failureOf(() => train(folder(), ['--resume', 'lines']));
    expect([error.code, error.about]).to.deep.equal(['RUN_INVALID', join(run, 'metrics.jsonl')]);
    expect(await readJsonFile(run, 'run.json')).to.deep.equal(before);
  });

  it('says when there is nothing to resume, and what there is instead', async () => {
    const none = await failureOf(() => train(folder(), ['--resume']));
    expect(none.code).to.equal('RUN_NOT_FOUND');
    await trainUntil(2, folder(), settings);
    const near = await failureOf(() => train(folder(), ['--resume', 'line']));
    expect([near.code, near.hint?.includes('lines')]).to.deep.equal(['RUN_NOT_FOUND', true]);
    expect((await failureOf(() => train(folder(), ['--resume', 'lines/2']))).code).to.equal('RUN_NOT_FOUND');
  });

  it('refuses a run whose files were altered, naming the file', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    for (const [file, code] of [
      ['run.json', 'RUN_INVALID'],
      ['flags.json', 'RUN_INVALID'],
      ['code.json', 'CODE_ALTERED'],
      ['code/points.ts', 'CODE_ALTERED'],
    ] as const) {
      const path = join(run, file);
      const sound = await readFile(path);
      await appendFile(path, '\n]');
      const error = await failureOf(() => train(folder(), ['--resume', 'lines']));
      expect([file, error.code]).to.deep.equal([file, code]);
      expect(error.message).to.include(path);
      await writeFile(path, sound);
    }
    expect((await readJsonFile(run, 'run.json')).status).to.equal('stopped');
  });

  it('is not disturbed by foreign files', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    await writeFiles(run, {
      'notes.txt': 'mine',
      'checkpoints/best/x': '',
      'checkpoints/99/y': '',
      'checkpoints/.DS_Store': '',
    });
    await writeFiles(folder(), { 'results/lines/readme.md': '', 'results/lines/77/stray.txt': '' });
    await train(folder(), ['--resume', 'lines']);
    const { metrics } = await essenceOf(run, 23);
    expect(metrics).to.deep.equal(expected.metrics);
    expect(await readdir(run)).to.include('notes.txt');
  });

  it('warns where the engine is not what the run was made on', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const record = await readJsonFile(run, 'run.json');
    const engine = { ...(record.engine as object), versions: { 'toy-engine': '0.9.0' } };
    await writeFile(join(run, 'run.json'), JSON.stringify({ ...record, engine }));
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    await forge.train(await forge.config());
    expect(warnings.join('\n')).to.include('toy-engine 0.9.0').and.include('toy-engine 1.0.0');
  });
});
