import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeToyProject } from '../../testing/toy-project.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train } from '../toy-run.test.support.js';

const common = [...bothConfigs, '--report-every', '3', '--eval-every', '4', '--save-every', '4', '--run-name', 'lines'];
const settings = [...common, '--steps', '23'];

describe('control.stop(reason) of a hook', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const hooks: Readonly<Record<string, RunHooks>> = {
    start: { start: (_, { stop }) => stop('enough') },
    step: { step: ({ step }, { stop }) => void (step === 7 && stop('enough')) },
    'a training report': { report: ({ step }, { stop }) => void (step === 6 && stop('enough')) },
    'an evaluation': {
      report: ({ step, split }, { stop }) => void (split === 'valid' && step === 8 && stop('enough')),
    },
    'a checkpoint': { checkpoint: ({ step }, { stop }) => void (step === 8 && stop('enough')) },
  };
  const endsAt = { start: 0, step: 7, 'a training report': 6, 'an evaluation': 8, 'a checkpoint': 9 };

  for (const [place, hook] of Object.entries(hooks)) {
    it(`completes the run in order, called in ${place}`, async () => {
      const ends: object[] = [];
      const end: RunHooks['end'] = ({ status, reason }) => void ends.push({ status, reason });
      const argv = [...settings, '--save-mode', 'sync'];
      const { run, status, reason, step } = await train(folder(), argv, { hooks: { ...hook, end } });
      const expected = { status: 'completed', reason: 'enough', step: endsAt[place as keyof typeof endsAt] };
      expect({ status, reason, step }).to.deep.equal(expected);
      expect(await readJsonFile(run, 'run.json')).to.deep.include(expected);
      expect(ends).to.deep.equal([{ status: 'completed', reason: 'enough' }]);
    });
  }

  it('evaluates and saves the last step, as a limit does; a resume trains further to the same bits', async () => {
    const limited = await train(folder(), [...common, '--steps', '7']);
    const straight = await essenceOf((await train(folder(), settings)).run, 23);
    const stopped = await train(folder(), settings, { hooks: hooks.step! });
    expect(stopped.metrics.valid).to.deep.equal(limited.metrics.valid);
    expect((await essenceOf(stopped.run, 7)).tensors).to.deep.equal((await essenceOf(limited.run, 7)).tensors);
    const { run, step } = await train(folder(), ['--resume', 'lines']);
    expect(step).to.equal(23);
    const { metrics, tensors } = await essenceOf(run, 23);
    expect(tensors).to.deep.equal(straight.tensors);
    // The evaluation at the end of the first part is not in the run that never stopped.
    expect(metrics.filter((line) => !/"step":7,.*"valid"/.test(line))).to.deep.equal(straight.metrics);
  });

  it('works in a hook of a plugin, and in a loop over run.steps', async () => {
    const module = `export default { port: 1, hooks: {
      enough: () => ({ step: ({ step }, control) => step === 5 && control.stop('enough') }),
    } };`;
    await installPlugin(folder(), { name: 'enough', forge: { hooks: ['enough'] }, module });
    const { step, reason } = await train(folder(), [...settings, '--hook', 'enough']);
    expect([step, reason]).to.deep.equal([5, 'enough']);

    const { forge } = forgeIn(folder(), [...settings, '--hook', 'enough']);
    const prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const built = await forge.build(prepared, data);
    const run = await forge.initCheckpoint(prepared, built);
    const steps: number[] = [];
    for await (const { batch, step, metrics } of run.steps(data.train, { valid: data.valid })) {
      run.log(await built.session.step(batch, { step, metrics }));
      steps.push(step);
    }
    expect(steps).to.deep.equal([0, 1, 2, 3, 4]);
    expect(await readJsonFile(run.folder, 'run.json')).to.deep.include({
      status: 'completed',
      reason: 'enough',
      step: 5,
    });
  });

  it('counts the first reason, and refuses a stop without one', async () => {
    const both: RunHooks = {
      step: (_, { stop }) => {
        stop('first');
        stop('second');
      },
    };
    expect((await train(folder(), settings, { hooks: both })).reason).to.equal('first');
    const silent: RunHooks = { step: (_, { stop }) => stop(' ') };
    const error = await failureOf(() => train(folder(), settings, { hooks: silent }));
    expect([error.code, error.message]).to.deep.equal(['USAGE', 'stop(reason) was called without a reason.']);
  });
});
