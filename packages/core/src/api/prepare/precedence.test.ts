import { join } from 'node:path';
import { expect } from 'chai';
import { flag } from '../../config/flags/flag.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { ForgeLibrary } from '../forge.js';
import { bothConfigs, metricsOf, readJsonFile, trainUntil } from '../toy-run.test.support.js';

const names = ['FORGE_FLAG_HIDDEN', 'FORGE_FLAG_MOMENTUM', 'FORGE_FLAG_DROPOUT', 'FORGE_FLAG_LEARNING_RATE'];

describe('the precedence of values', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  const library = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    new ForgeLibrary({ directory: folder(), argv, env, warn: () => undefined });

  it('is default, project file, environment, flags file, command line, set; flags.json names each', async () => {
    await writeFiles(folder(), {
      'forge.config.ts': `export default {
        dataConfig: 'data.ts', modelConfig: 'model.ts', backend: 'toy',
        batchSize: 2, hidden: 2, momentum: 0.2, dropout: 0.2, learningRate: 0.2, steps: 2,
      };`,
      'flags.json': '{ "momentum": 0.4, "dropout": 0.4, "learning-rate": 0.4 }',
    });
    const env = Object.fromEntries(names.map((name) => [name, name === 'FORGE_FLAG_HIDDEN' ? '3' : '0.3']));
    const argv = ['--flags-file', 'flags.json', '--dropout', '0.5', '--learning_rate', '0.5'];
    const defaults = { batchSize: 1, examples: 11, hidden: 1, momentum: 0.1, dropout: 0.1, learningRate: 0.1 };
    const { run } = await library(argv, env).train({ defaults, set: { learning_rate: 0.6, seed: undefined } });
    const { flags } = await readJsonFile(run, 'flags.json');
    expect(flags).to.deep.include({
      seed: { value: 0, source: 'default' },
      examples: { value: 11, source: 'default' },
      batchSize: { value: 2, source: 'project file' },
      hidden: { value: 3, source: 'environment' },
      momentum: { value: 0.4, source: 'flags file' },
      dropout: { value: 0.5, source: 'command line' },
      learningRate: { value: 0.6, source: 'script' },
    });
    expect(flags).to.not.have.any.keys('set', 'resume', 'flagsFile');
  });

  it('lets `set` win over a project file, which wins over `defaults`', async () => {
    await writeFiles(folder(), { 'forge.config.ts': 'export default { hidden: 48 };' });
    const forge = library(bothConfigs);
    expect((await forge.config({ defaults: { hidden: 8 } })).values.hidden).to.equal(48);
    expect((await forge.config({ set: { hidden: 8 } })).values.hidden).to.equal(8);
    expect((await forge.config({ flags: { hidden: 8 } })).values.hidden).to.equal(8);
  });

  it('reads the command line that a call gives, or the one of the library', async () => {
    const forge = library([...bothConfigs, '--hidden', '5']);
    expect((await forge.config({ argv: [...bothConfigs, '--hidden', '6'] })).values.hidden).to.equal(6);
    expect((await forge.config()).values.hidden).to.equal(5);
    const set = { backend: 'toy', dataConfig: 'data.ts', modelConfig: 'model.ts' };
    expect((await forge.config({ argv: [], set })).values.hidden).to.equal(3);
  });

  it('reads a flags file once, from the first question to the start of the run', async () => {
    await writeFiles(folder(), { 'flags.json': '{ "hidden": 5 }' });
    const forge = library([...bothConfigs, '--flags-file', 'flags.json']);
    await forge.resultsFolder();
    await writeFiles(folder(), { 'flags.json': '{ "hidden": 6 }' });
    expect((await forge.config()).values.hidden).to.equal(5);
  });

  it('reads a flags file again after it was invalid', async () => {
    await writeFiles(folder(), { 'flags.json': '{ "hidden": }' });
    const forge = library([...bothConfigs, '--flags-file', 'flags.json']);
    expect((await failureOf(() => forge.config())).code).to.equal('FLAG_INVALID');
    await writeFiles(folder(), { 'flags.json': '{ "hidden": 6 }' });
    expect((await forge.config()).values.hidden).to.equal(6);
  });

  it('takes values and declarations in `flags` of a script', async () => {
    const { values } = await library([...bothConfigs, '--colour', 'red']).config({
      flags: { colour: flag.string('blue', 'A colour.', { choices: ['red', 'blue'] }), hidden: 7 },
    });
    values.colour satisfies 'red' | 'blue';
    expect(values).to.include({ colour: 'red', hidden: 7 });
  });

  it('refuses a value that is given twice, or is not a declaration', async () => {
    const forge = library(bothConfigs);
    const twice = await failureOf(() => forge.config({ flags: { batch_size: 2 }, set: { batchSize: 2 } }));
    expect([twice.code, twice.message]).to.deep.equal([
      'FLAG_CONFLICT',
      'batch_size has a value in `flags` and in `set`.',
    ]);
    const odd = await failureOf(() => forge.config({ flags: { hidden: { value: 7 } as never } }));
    expect([odd.code, odd.about]).to.deep.equal(['FLAG_INVALID', 'hidden']);
  });

  it('names the nearest flag for an unknown name in `set` and in the environment', async () => {
    const inSet = await failureOf(() => library(bothConfigs).config({ set: { hiden: 8 } }));
    expect([inSet.code, inSet.message, inSet.hint]).to.deep.equal([
      'FLAG_UNKNOWN',
      "There is no flag --hiden in the script's values.",
      'Did you mean --hidden?',
    ]);
    const inEnv = await failureOf(() => library(bothConfigs, { FORGE_FLAG_LEARNING_RAT: '1' }).config());
    expect([inEnv.code, inEnv.message, inEnv.hint]).to.deep.equal([
      'FLAG_UNKNOWN',
      'The environment variable FORGE_FLAG_LEARNING_RAT sets --learning-rat, which is no flag of this run.',
      'Did you mean FORGE_FLAG_LEARNING_RATE? Otherwise unset it.',
    ]);
  });

  it('names the variable of a value that does not fit, and reads no other FORGE_ variable as a flag', async () => {
    const error = await failureOf(() => library(bothConfigs, { FORGE_FLAG_HIDDEN: 'many' }).config());
    expect([error.code, error.message]).to.deep.equal([
      'FLAG_INVALID',
      'FORGE_FLAG_HIDDEN: --hidden takes a whole number, not "many".',
    ]);
    const { values } = await library(bothConfigs, { FORGE_HIDDEN: 'many', FORGE_FLAGS_HIDDEN: '9' }).config();
    expect(values.hidden).to.equal(3);
  });

  it('finds configs, results and paths by the environment, relative to the working directory', async () => {
    const env = {
      FORGE_FLAG_DATA_CONFIG: 'data.ts',
      FORGE_FLAG_modelConfig: 'model.ts',
      FORGE_FLAG_BACKEND: 'toy',
      FORGE_FLAG_RESULTS_DIR: 'elsewhere',
      FORGE_FLAG_STEPS: '1',
    };
    const forge = library([], env);
    expect(await forge.resultsFolder()).to.equal(join(folder(), 'elsewhere'));
    const { run } = await forge.train({});
    expect(run).to.match(/elsewhere.+1$/);
  });

  it('refuses variables for what belongs to one command line', async () => {
    for (const [variable, flagName] of [
      ['FORGE_FLAG_RESUME', 'resume'],
      ['FORGE_FLAG_OVERRIDE', 'override'],
      ['FORGE_FLAG_FLAGS_FILE', 'flags-file'],
    ] as const) {
      const error = await failureOf(() => library(bothConfigs, { [variable]: 'true' }).config());
      expect([error.code, error.hint], variable).to.deep.equal([
        'USAGE',
        `Remove it there, and give --${flagName} where it is needed.`,
      ]);
      expect(error.message).to.include(variable);
    }
  });

  it('accepts variables for how a run is started, and does not store them', async () => {
    const env = { FORGE_FLAG_ON_HANGUP: 'ignore', FORGE_FLAG_LAUNCHER: 'none' };
    const { run } = await library([...bothConfigs, '--steps', '1'], env).train({ set: { onHangup: 'stop' } });
    expect((await readJsonFile(run, 'flags.json')).flags).to.not.have.any.keys('onHangup', 'launcher');
    const completed = await failureOf(() => library([], env).config({ set: { resume: run } }));
    expect(completed.code).to.equal('RUN_COMPLETED');
  });

  it('passes the variables on to a launcher, which may start the run on another machine', async () => {
    await installPlugin(folder(), {
      name: 'far-away',
      forge: { launchers: ['far'] },
      module: `import { definePlugin } from '@forge-ml/core/plugin';
        const launch = ({ env }) => ({ id: JSON.stringify(env), wait: async () => 0, cancel() {} });
        export default definePlugin({ port: 1, launchers: { far: () => ({ launch }) } });`,
    });
    const env = { FORGE_FLAG_HIDDEN: '7', FORGE_FLAG_LAUNCHER: 'far', HOME: '/root' };
    const launched = await library(bothConfigs, env).launch({ program: ['forge'], output: () => undefined });
    expect(JSON.parse(launched!.id)).to.deep.equal({ FORGE_FLAG_HIDDEN: '7', FORGE_FLAG_LAUNCHER: 'far' });
  });

  describe('of a resume', () => {
    const settings = [...bothConfigs, '--steps', '12', '--run-name', 'lines'];

    it('refuses environment and `set` that contradict the run, unless --override is given', async () => {
      await trainUntil(4, folder(), settings);
      const env = { FORGE_FLAG_LEARNING_RATE: '7' };
      const fromEnv = await failureOf(() => library(['--resume', 'lines'], env).config());
      expect([fromEnv.code, fromEnv.message]).to.deep.equal([
        'FLAG_CONFLICT',
        'The environment variable FORGE_FLAG_LEARNING_RATE (7) contradicts lines/1, which has 0.05.',
      ]);
      const fromScript = await failureOf(() => library([]).config({ set: { resume: 'lines', hidden: 7 } }));
      expect([fromScript.code, fromScript.message]).to.deep.equal([
        'FLAG_CONFLICT',
        "The script's hidden: 7 contradicts lines/1, which has 3.",
      ]);
      const set = { resume: 'lines', override: true, momentum: 0.5 };
      const { flags } = await library([], env).config({ set });
      expect(flags).to.deep.include({
        learningRate: { value: 7, source: 'environment' },
        momentum: { value: 0.5, source: 'script' },
      });
    });

    it('accepts values that agree with the run, and ignores defaults of the script', async () => {
      await trainUntil(4, folder(), settings);
      const forge = library([], { FORGE_FLAG_LEARNING_RATE: '0.05', FORGE_FLAG_BACKEND: 'toy' });
      const result = await forge.train({ defaults: { hidden: 9 }, set: { resume: 'lines', steps: 12 } });
      expect(result).to.include({ status: 'completed', step: 12, number: 1 });
      expect((await metricsOf(result.run)).at(-1)).to.include({ step: 12 });
    });

    it('refuses unknown variables', async () => {
      await trainUntil(4, folder(), settings);
      const error = await failureOf(() => library(['--resume', 'lines'], { FORGE_FLAG_HIDEN: '3' }).config());
      expect([error.code, error.about]).to.deep.equal(['FLAG_UNKNOWN', 'hiden']);
    });
  });
});
