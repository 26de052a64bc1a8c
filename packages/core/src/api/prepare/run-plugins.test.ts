import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { runNumbers } from '../../run/folder/run-folder.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, readJsonFile, train, trainUntil, withFlags } from '../toy-run.test.support.js';

/** Writes each call to `calls.txt` in the run's folder, a line each. */
const teller = `
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { definePlugin, flag } from '@forge-ml/core/plugin';

const teller = (run) => (line) => appendFileSync(join(run.folder, 'calls.txt'), line + '\\n');

export default definePlugin({
  port: 1,
  flags: { greeting: flag.string('hello', 'How a run is greeted.'), tries: flag.integer(3, 'How often.', { min: 1 }) },
  sinks: {
    tell: async (run) => {
      const tell = teller(run);
      tell([run.flags.greeting, run.flags.tries, run.id, run.resumedAt, run.config.hidden].join(' '));
      return {
        write: ({ step, split, values }) => tell(step + ' ' + split + ' ' + Object.keys(values)),
        flush: () => tell('flush'),
        close: async (end) => tell('close ' + end?.status),
      };
    },
  },
  hooks: {
    call: (run) => {
      const tell = teller(run);
      return {
        start: async ({ step, totalSteps }) => tell('start ' + step + ' of ' + totalSteps),
        step: ({ step }) => tell('step ' + step),
        report: ({ step, split }) => tell('report ' + step + ' ' + split),
        checkpoint: async ({ step }) => tell('checkpoint ' + step),
        end: ({ status }) => tell('end ' + status),
      };
    },
  },
});
`;

/** A sink or hook that fails in the way that its name says. */
const faulty = `
const no = (what) => { throw new Error('no ' + what); };
const calm = { write() {}, flush() {}, close() {} };
export default {
  port: 1,
  sinks: {
    'fails-to-open': () => no('server'),
    'fails-to-write': () => ({ ...calm, write: () => no('ink') }),
    'fails-to-flush': () => ({ ...calm, flush: async () => no('water') }),
    'fails-to-close': () => ({ ...calm, close: async () => no('door') }),
  },
  hooks: {
    'fails-to-open': () => no('handle'),
    'fails-to-start': () => ({ start: async () => no('start') }),
    'fails-to-step': () => ({ step: () => no('step') }),
    'rejects-a-step': () => ({ step: async () => no('step') }),
    'fails-to-report': () => ({ report: () => no('report') }),
    'fails-to-save': () => ({ checkpoint: async () => no('room') }),
    'fails-to-end': () => ({ end: () => no('end') }),
  },
};
`;
const names = (module: string, kind: string) =>
  [
    ...module
      .split(`${kind}: {`)[1]!
      .split('\n  },')[0]!
      .matchAll(/^ {4}'?([a-z-]+)'?: /gm),
  ].map((match) => match[1]!);

describe('sinks and hooks of plugins', () => {
  const folder = useTemporaryFolder();
  beforeEach(async () => {
    await writeToyProject(folder());
    await installPlugin(folder(), {
      name: 'teller',
      forge: { sinks: ['tell'], hooks: ['call'], flags: ['greeting', 'tries'] },
      module: teller,
    });
    await installPlugin(folder(), {
      name: 'faulty',
      forge: { sinks: names(faulty, 'sinks'), hooks: names(faulty, 'hooks') },
      module: faulty,
    });
  });
  const short = [...bothConfigs, '--steps', '2', '--run-name', 'lines'];
  const callsOf = async (run: string) => (await readFile(join(run, 'calls.txt'), 'utf8')).trimEnd().split('\n');

  it('do nothing unless they are named', async () => {
    const { run } = await train(folder(), short);
    expect(existsSync(join(run, 'calls.txt'))).to.equal(false);
  });

  it('are called from the start of a run to its end, with the flags of their plugin', async () => {
    const argv = [...short, '--sink', 'tell', '--hook=call', '--greeting', 'good day', '--hidden', '5'];
    const { run } = await train(folder(), argv);
    expect(await callsOf(run)).to.deep.equal([
      'good day 3 lines/1  5',
      'start 0 of 2',
      '1 train loss,learningRate',
      'report 1 train',
      'step 1',
      '2 train loss,learningRate',
      'report 2 train',
      'step 2',
      '2 valid loss',
      'report 2 valid',
      'flush',
      'checkpoint 2',
      'close completed',
      'end completed',
    ]);
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags).to.deep.include({
      sink: { value: 'tell', source: 'command line' },
      greeting: { value: 'good day', source: 'command line' },
      tries: { value: 3, source: 'default' },
    });
  });

  it('continue with a resumed run, and get its step', async () => {
    const argv = [...short.filter((word) => word !== '2'), '40', '--sink', 'tell', '--greeting', 'hi'];
    argv.splice(argv.indexOf('40'), 1);
    argv.splice(argv.indexOf('--steps') + 1, 0, '40');
    const { run } = await trainUntil(3, folder(), argv);
    await trainUntil(5, folder(), ['--resume', run]);
    const lines = (await callsOf(run)).filter((line) => line.startsWith('hi'));
    expect(lines).to.deep.equal(['hi 3 lines/1  3', 'hi 3 lines/1 3 3']);
    await trainUntil(7, folder(), ['--resume', run, '--override', '--sink', 'none']);
    expect((await callsOf(run)).filter((line) => line.startsWith('hi'))).to.have.length(2);
  });

  it('come from the project file too, which the command line overrules', async () => {
    await writeFiles(folder(), { 'forge.config.ts': "export default { sink: 'tell', tries: 2 };" });
    const { run } = await train(folder(), short);
    expect((await callsOf(run))[0]).to.equal('hello 2 lines/1  3');
    const without = await train(folder(), [...short, '--sink', 'none']);
    expect(existsSync(join(without.run, 'calls.txt'))).to.equal(false);
  });

  it("can be omitted from a run with another's flags file", async () => {
    const { run } = await train(folder(), [...short, '--sink', 'tell', '--greeting', 'hi']);
    const like = [...short, '--flags-file', join(run, 'flags.json')];
    const same = await train(folder(), like);
    expect((await callsOf(same.run))[0]).to.match(/^hi 3 lines\/2/);
    const without = await train(folder(), [...like, '--sink', 'none']);
    expect(existsSync(join(without.run, 'calls.txt'))).to.equal(false);
  });

  it('have flags that are listed, checked, and unknown without them', async () => {
    const { forge } = forgeIn(folder(), ['--sink', 'tell', '--hook', 'call']);
    const declarations = (await forge.declarations()).map(({ by, flags }) => `${by}: ${Object.keys(flags)}`);
    expect(declarations.slice(1)).to.deep.equal(['teller 1.0.0: greeting,tries']);
    const low = await failureOf(() => train(folder(), [...short, '--sink', 'tell', '--tries', '0']));
    expect([low.code, low.about]).to.deep.equal(['FLAG_INVALID', 'tries']);
    const stray = await failureOf(() => train(folder(), [...short, '--greeting', 'hi']));
    expect(stray.code).to.equal('FLAG_UNKNOWN');
    expect(stray.hint).to.equal('It comes with the plugin teller: add --sink tell, or --hook call.');
  });

  it('must be installed', async () => {
    const near = await failureOf(() => train(folder(), [...short, '--sink', 'tel']));
    expect([near.code, near.hint]).to.deep.equal(['USAGE', 'Did you mean --sink tell?']);
    const far = await failureOf(() => train(folder(), [...short, '--hook', 'quite-another-one']));
    expect(far.message).to.match(/^There is no hook "quite-another-one"\. Available: call, /);
  });

  for (const kind of ['sink', 'hook'] as const) {
    it(`leave nothing behind where a ${kind} cannot be opened, and are named`, async () => {
      const error = await failureOf(() => train(folder(), [...short, `--${kind}`, 'fails-to-open']));
      expect(error.code).to.equal('PLUGIN_INVALID');
      expect(error.message).to.match(/^Failed to create the .*fails-to-open of faulty 1\.0\.0: no (server|handle)$/);
      expect(await runNumbers(join(folder(), 'results/lines'))).to.deep.equal([]);
    });

    for (const name of names(faulty, `${kind}s`).slice(1)) {
      it(`are skipped after one warning, and training continues, if one ${name}`, async () => {
        const other = kind === 'sink' ? 'tell' : 'call';
        const argv = withFlags(short.slice(0, -2), ['--steps', '6', '--save-every', '2', '--report-every', '2']);
        const { forge, warnings } = forgeIn(folder(), [...argv, `--${kind}`, `${name},${other}`]);
        const experiment = await forge.config();
        const result = await forge.train(experiment);
        await experiment.engine.dispose();
        expect(result).to.include({ status: 'completed', step: 6 });
        expect(warnings.filter((line) => line.includes(name))).to.have.length(1, warnings.join('\n'));
        expect((await callsOf(result.run)).at(-1)).to.equal(kind === 'sink' ? 'close completed' : 'end completed');
      });
    }
  }
});
