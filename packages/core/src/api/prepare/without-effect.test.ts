import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, readJsonFile, train } from '../toy-run.test.support.js';

const inherited = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];

/** A data config with these flags, whose `load` returns what the expression says; `rows` are batches of the toy's data. */
function dataFile(returned: string, flags = ''): string {
  return `import { defineData, flag, fromArrays } from '@forge-ml/core';
    const rows = (count = 8) => fromArrays({ x: Array.from({ length: count }, (_, i) => [i / 9, 1]), y: Array.from({ length: count }, (_, i) => [i]) });
    export default defineData({ flags: { ${flags} }, load(flags) { return ${returned}; } });`;
}

describe('what would be without effect', () => {
  const folder = useTemporaryFolder();
  const project = (files: Readonly<Record<string, string>> = {}) => writeToyProject(folder(), files);
  const failing = async (files: Readonly<Record<string, string>>, ...argv: string[]) => {
    await project(files);
    const error = await failureOf(() => train(folder(), [...bothConfigs, '--steps', '1', ...argv]));
    expect(existsSync(join(folder(), 'results')), 'nothing is written').to.equal(false);
    return error;
  };

  describe('datasets by another name', () => {
    for (const [name, meant] of [
      ['validation', 'valid'],
      ['val', 'valid'],
      ['valid_data', 'valid'],
      ['vaild', 'valid'],
      ['dev', 'valid'],
    ]) {
      it(`are refused: ${name}`, async () => {
        const error = await failing({ 'data.ts': dataFile(`{ train: rows().batch(4), ${name}: rows().batch(4) }`) });
        expect(error).to.include({ code: 'CONFIG_INVALID', about: name });
        expect(error.hint).to.include(`Did you mean \`${meant}\`?`);
      });
    }

    it('are refused for the training data too', async () => {
      const error = await failing({ 'data.ts': dataFile('{ training: rows().batch(4) }') });
      expect(error.hint).to.include('Did you mean `train`?');
    });

    it('may have any other name: a test set, one more beside `valid`, and what is no dataset', async () => {
      const rows = 'rows().batch(4)';
      await project({
        'data.ts': dataFile(
          `{ train: ${rows}, valid: ${rows}, test: ${rows}, validation: ${rows}, classes: 10, val: 3 }`,
        ),
      });
      await train(folder(), [...bothConfigs, '--steps', '1']);
    });
  });

  describe('validation data that is empty', () => {
    for (const [kind, valid] of Object.entries({
      'no rows': 'rows().take(0).batch(4)',
      'no whole batch': 'rows(3).batch(4, { dropRemainder: true })',
      'a generator that yields nothing': "(await import('@forge-ml/core')).fromGenerator(function* () {}).batch(2)",
    })) {
      it(`is refused before anything is written: ${kind}`, async () => {
        const data = dataFile(`{ train: rows().batch(4), valid: ${valid} }`).replace(
          'load(flags)',
          'async load(flags)',
        );
        const error = await failing({ 'data.ts': data });
        expect(error).to.include({ code: 'DATA_INVALID', about: 'valid' });
        expect(error.message).to.include('The validation data of');
      });
    }

    it('makes --eval-every pointless where there is none at all, which a warning says', async () => {
      await project({ 'data.ts': dataFile('{ train: rows().batch(4) }') });
      const { forge, warnings } = forgeIn(folder(), [...bothConfigs, '--steps', '1', '--eval-every', '5']);
      await forge.train(await forge.config());
      expect(warnings.join('\n')).to.include('--eval-every has no effect');
    });
  });

  describe('flags that the command line has itself', () => {
    for (const name of ['debug', 'json', 'help', 'split', 'step', 'version']) {
      it(`are refused in a config: ${name}`, async () => {
        const error = await failing({
          'data.ts': dataFile('{ train: rows().batch(4) }', `${name}: flag.integer(1, 'Mine.')`),
        });
        expect(error).to.include({ code: 'FLAG_CONFLICT', about: name });
        expect(error.message).to.match(/^--\w+ is declared by data\.ts, but is a flag of (every command|forge)/);
      });
    }

    it('are refused where --no-x of one is the name of another', async () => {
      const flags = "cache: flag.boolean(true, 'Cache.'), noCache: flag.integer(1, 'No cache.')";
      const error = await failing({ 'data.ts': dataFile('{ train: rows().batch(4) }', flags) });
      expect(error.message).to.equal(
        '--no-cache is declared by data.ts, and turns off --cache, which is declared by data.ts.',
      );
    });
  });

  describe('names that every object has', () => {
    it('work as flags, from the command line to the folder and back', async () => {
      const flags = inherited.map((name) => `${name}: flag.integer(1, 'Mine.')`).join(', ');
      const returned = `(() => { ${inherited.map((name) => `if (flags.${name} !== 7) throw new Error('${name}');`).join(' ')} return { train: rows().batch(4) }; })()`;
      await project({ 'data.ts': dataFile(returned, flags) });
      const given = ['--constructor', '7', '--to-string', '7', '--hasOwnProperty=7', '--value_of', '7'];
      const { run } = await train(folder(), [...bothConfigs, '--steps', '1', ...given]);
      const stored = (await readJsonFile(run, 'flags.json')).flags as Readonly<Record<string, unknown>>;
      for (const name of inherited) expect(stored[name]).to.deep.equal({ value: 7, source: 'command line' });
      await train(folder(), ['--resume', '--steps', '2', '--override']);
      const loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run);
      for (const name of inherited) expect(loaded.config[name]).to.equal(7);
      await loaded.dispose();
    });

    it('are unknown flags where nothing declares them', async () => {
      for (const name of inherited) {
        const error = await failing({}, `--${name}`, '3');
        expect(error).to.include({ code: 'FLAG_UNKNOWN' });
      }
    });

    it('but for __proto__, which is refused by name', async () => {
      for (const key of ['__proto__', "['__proto__']"]) {
        const flags = `${key}: flag.integer(1, 'Mine.')`;
        const error = await failing({ 'data.ts': dataFile('{ train: rows().batch(4) }', flags) });
        expect(error).to.include({ code: 'CONFIG_INVALID', about: '__proto__' });
      }
      const returned = "{ train: fromArrays({ ['__proto__']: [[1]], x: [[1, 2]] }).batch(1) }";
      const error = await failing({ 'data.ts': dataFile(returned) });
      expect(error.message).to.include('An array cannot be called __proto__.');
    });
  });

  describe('what a project file sets', () => {
    const warned = async (settings: string) => {
      await project({ 'forge.config.ts': `export default { ${settings} };` });
      const { forge, warnings } = forgeIn(folder(), [...bothConfigs, '--steps', '1']);
      const experiment = await forge.config();
      await experiment.engine.dispose();
      return warnings;
    };

    it('is refused where it is close to a flag of the run', async () => {
      for (const [given, meant] of [
        ['epoch: 3', '--epochs'],
        ['savEvery: 5', '--save-every'],
        ['resultDir: "r"', '--results-dir'],
      ] as const) {
        const error = await failing({ 'forge.config.ts': `export default { ${given} };` });
        expect(error).to.include({ code: 'FLAG_UNKNOWN', hint: `Did you mean ${meant}?` });
        expect(error.message).to.include('in the project file');
      }
    });

    it("is warned of where it is close to a config's flag that is not set", async () => {
      expect(await warned('learningRte: 0.1')).to.deep.equal([
        'The project file sets learningRte, which is no flag of this run; did you mean learningRate?',
      ]);
    });

    it('may be for other configs and for plugins', async () => {
      expect(await warned('hidden: 2, hidden2: 3, vocabulary: 5000')).to.deep.equal([]);
    });

    it('cannot be what only a command line says', async () => {
      const error = await failing({ 'forge.config.ts': 'export default { flagsFile: "flags.json" };' });
      expect(error.message).to.include('flagsFile, which is read from the command line only');
    });
  });

  it('refuses --trust-code without --resume', async () => {
    expect(await failing({}, '--trust-code')).to.include({ code: 'USAGE', about: 'trustCode' });
  });

  it('names the file and keeps the hint where a declaration in a config is wrong', async () => {
    const flags = "size: flag.integer(1, 'Mine.', { minimum: 3 })";
    const error = await failing({ 'data.ts': dataFile('{ train: rows().batch(4) }', flags) });
    expect(error).to.include({ code: 'OPTION_UNKNOWN', hint: 'Did you mean "min"?' });
    expect(error.message).to.match(
      /data\.ts: flag\.integer\(default, description, options\) has no option "minimum"\.$/,
    );
  });

  it('reports to a script flags that a config it loads does not have', async () => {
    await project();
    const { forge } = forgeIn(folder());
    const error = await failureOf(() => forge.load('data.ts', { batchSzie: 2 }));
    expect(error).to.include({ code: 'FLAG_UNKNOWN', hint: 'Did you mean "batchSize"?' });
    await forge.load('data.ts', { batch_size: 2, seed: 1, other: true });
  });

  it('accepts typed arrays and lists where a session takes tensors, and names anything else', async () => {
    await project();
    const { run } = await train(folder(), [...bothConfigs, '--steps', '1']);
    const loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run);
    await loaded.restore();
    const { session } = loaded;
    const give = (inputs: unknown) => session.predict(inputs as never);
    expect(await give({ x: [[1, 2]] })).to.deep.equal(
      await give({ x: [Float32Array.of(1, 2)].map((row) => [...row]) }),
    );
    for (const wrong of [new Float32Array(2), null, [1, 2], 3]) {
      const error = await failureOf(() => give(wrong));
      expect(error).to.include({ code: 'DATA_INVALID', about: 'predict' });
    }
    const error = await failureOf(() => give({ x: 'text' }));
    expect(error.message).to.equal('Array "x" is a string, not an array of numbers.');
    // Three numbers are no rows of two: the backend's own error, which names both shapes.
    const shape = await failureOf(() => give({ x: Float32Array.of(1, 2, 3) }));
    expect(shape.message).to.include('x');
    await loaded.dispose();
  });

  it('refuses a report under another name in a custom loop', async () => {
    await project();
    const { forge } = forgeIn(folder(), bothConfigs);
    const experiment = await forge.config();
    const built = await forge.build(experiment, await forge.loadData(experiment));
    const run = await forge.initCheckpoint(experiment, built);
    const report = { step: 1, epoch: 0, split: 'train', metrics: { loss: 1 } };
    expect(() => run.log(report as never))
      .to.throw('run.log(report) has no option "metrics"')
      .with.property('hint', 'Did you mean "values"?');
    await run.finish('stopped');
    await built.session.dispose();
  });
});
