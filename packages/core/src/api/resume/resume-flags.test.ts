import { expect } from 'chai';
import { flag } from '../../config/flags/flag.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../../testing/toy-project.js';
import {
  abortedAtStart,
  bothConfigs,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
} from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '23', '--report-every', '3', '--eval-every', '4', '--run-name', 'lines'];

describe('the flags of --resume', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('is refused with a flag that contradicts the run, in any spelling, and with an invalid one', async () => {
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

  it('accepts a flag with the value of the run, and a contradicting one with --override', async () => {
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

  it('accepts another spelling of a value of the run', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const again = ['--backend', 'toy', '--engine', 'plain', '--data-config', './data.ts', '--model-config', 'model.ts'];
    await trainUntil(12, folder(), ['--resume', 'lines', ...again]);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.engine).to.deep.equal({ value: null, source: 'default' });
    expect(flags.dataConfig).to.deep.equal({ value: 'data.ts', source: 'command line' });
  });

  it('checks a flags file against the run as it does the command line', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    await writeFiles(folder(), { 'other.json': '{ "learning_rate": 0.01 }' });
    const argv = ['--resume', 'lines', '--flags-file', 'other.json'];
    const error = await failureOf(() => train(folder(), argv));
    expect(error.message).to.equal('--learning-rate 0.01 contradicts lines/1, which has 0.05.');
    await train(folder(), [...argv, '--override']);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.learningRate).to.deep.equal({ value: 0.01, source: 'flags file' });
  });

  it('keeps its own code and backend, also with --override', async () => {
    await trainUntil(9, folder(), settings);
    for (const [flag, value, hint] of [
      ['--model-config', 'other.ts', 'Omit it to use the code stored in the run, or add --code-from project.'],
      ['--backend', 'null', 'A run keeps its backend: omit the flag, or start a new run.'],
    ] as const) {
      const error = await failureOf(() => train(folder(), ['--resume', 'lines', flag, value, '--override']));
      expect(error.code).to.equal('FLAG_CONFLICT');
      expect(error.hint).to.equal(hint);
    }
  });

  it('keeps the flags of the script that made the run when another script resumes it', async () => {
    const { forge } = forgeIn(folder(), [...settings, '--mine', '4']);
    const experiment = await forge.config({ flags: { mine: flag.integer(1, 'Mine.') } });
    const { run } = await forge.train(experiment, abortedAtStart());
    await train(folder(), ['--resume', 'lines']);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.mine).to.deep.equal({ value: 4, source: 'command line' });
  });

  it('is refused for a completed run, unless the limits are higher', async () => {
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

  it('continues with its own code, and warns where the source was edited since', async () => {
    const { run } = await trainUntil(4, folder(), settings);
    await writeFiles(folder(), { 'points.ts': 'throw new Error("edited");' });
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    expect(await forge.train(await forge.config())).to.include({ run, status: 'completed' });
    expect(warnings).to.deep.equal([
      'Edited since lines/1 was made: points.ts. The run continues with its own copy; --code-from project uses the edited files.',
    ]);
  });

  it('is required by --override', async () => {
    const error = await failureOf(() => train(folder(), [...settings, '--override']));
    expect(error.code).to.equal('USAGE');
    expect(error.message).to.include('--override requires --resume.');
  });
});
