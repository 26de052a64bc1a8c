import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { forgeIn, readJsonFile, train } from '../toy-run.test.support.js';

/** The toy backend under another name, on as many threads as its plugin's flag says. */
const module = `
import { definePlugin, flag } from '@forge-ml/core/plugin';
import { toyBackend } from '@forge-ml/core/testing';
const start = async (request) => {
  const { info, modules, build, dispose } = await toyBackend.start(request);
  const { threads, precision } = request.flags;
  return { info: { ...info, settings: { threads, precision } }, modules, build, dispose };
};
export default definePlugin({
  port: 1,
  flags: {
    threads: flag.integer(1, 'Threads.', { min: 1 }),
    precision: flag.string('full', 'How exact.', { choices: ['full', 'half'] }),
  },
  backends: { threaded: () => ({ ...toyBackend, name: 'threaded', start }) },
  sinks: { still: ({ flags }) => ({ write() {}, flush() {}, close() {}, flags }) },
  predictors: { threaded: () => ({ open: ({ flags }) => ({ predict: () => { throw new Error(JSON.stringify(flags)); }, dispose() {} }) }) },
});
`;
const configs = ['--data-config', 'data.ts', '--model-config', 'model.ts', '--run-name', 'r'];
const threaded = ['--backend', 'threaded', ...configs];

describe('flags of a plugin with a backend', () => {
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    await writeToyProject(folder());
    const forge = { backends: ['threaded'], sinks: ['still'], flags: ['threads', 'precision'] };
    await installPlugin(folder(), { name: 'threads', forge, module });
  });
  const settingsOf = async (run: string) =>
    ((await readJsonFile(run, 'run.json')).engine as { settings: object }).settings;

  it('reach its start from every place flags come from, and are kept with the run', async () => {
    await writeFiles(folder(), { 'forge.config.mjs': "export default { precision: 'half' };" });
    const { run } = await train(folder(), [...threaded, '--threads', '3', '--steps=2', '--sink', 'still']);
    expect(await settingsOf(run)).to.deep.equal({ threads: 3, precision: 'half' });
    const { flags } = await readJsonFile(run, 'flags.json');
    expect(flags).to.deep.include({
      threads: { value: 3, source: 'command line' },
      precision: { value: 'half', source: 'project file' },
    });
    await writeFiles(folder(), { 'forge.config.mjs': 'export default {};' });
    const again = await train(folder(), ['--resume', 'r', '--override', '--steps=4']);
    expect(await settingsOf(again.run), 'resumed').to.deep.equal({ threads: 3, precision: 'half' });
    const loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run);
    expect(loaded.config).to.deep.include({ threads: 3, precision: 'half' });
    await loaded.dispose();
    const other = await forgeIn(folder()).forge.loadFromCheckpoint(run, undefined, { overrideFlags: { threads: '2' } });
    expect(other.config).to.deep.include({ threads: 2 });
    await other.dispose();
    const predictor = await forgeIn(folder()).forge.openPredictor(run);
    const failure = await failureOf(() => predictor.predict({}));
    expect(failure.message).to.include('{"threads":3,"precision":"half"}');
  });

  it('contradict a run that is resumed like all others, and change with --override', async () => {
    await train(folder(), [...threaded, '--threads', '3', '--steps=2']);
    const error = await failureOf(() => train(folder(), ['--resume', 'r', '--threads', '4']));
    expect(error.message).to.equal('--threads 4 contradicts r/1, which has 3.');
    const { run } = await train(folder(), ['--resume', 'r', '--threads', '4', '--override', '--steps=3']);
    expect(await settingsOf(run)).to.deep.equal({ threads: 4, precision: 'full' });
  });

  it('are checked before anything starts, listed for help, and their backend is named if it is not in use', async () => {
    const low = await failureOf(() => train(folder(), [...threaded, '--threads', '0']));
    expect(low.message).to.include('--threads must be at least 1');
    for (const argv of [['--backend', 'threaded'], threaded, [...threaded, '--sink', 'still']]) {
      const declared = await forgeIn(folder(), argv).forge.declarations();
      const own = declared.filter(({ by }) => by === 'threads 1.0.0');
      expect(
        own.map(({ flags }) => Object.keys(flags)),
        argv.join(' '),
      ).to.deep.equal([['threads', 'precision']]);
    }
    const idle = await failureOf(() => train(folder(), ['--backend', 'toy', ...configs, '--threads', '2']));
    expect(idle.hint).to.equal('It comes with the plugin threads: add --backend threaded, or --sink still.');
  });
});
