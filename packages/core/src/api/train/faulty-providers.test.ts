import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { runPluginCommand } from '../../testing/run-plugin-command.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

/** What any provider may wrongly make, as source text, and how it is reported. */
const made: Readonly<Record<string, readonly [source: string, says: RegExp]>> = {
  null: ['null', /is null, not an object/],
  undefined: ['undefined', /is undefined, not an object/],
  number: ['5', /is a number, not an object/],
  text: ["'done'", /is a string, not an object/],
  list: ['[]', /is an array, not an object/],
  throws: ["(() => { throw new Error('boom'); })()", /boom/],
  rejects: ["Promise.reject(new Error('boom'))", /boom/],
};

const jobLauncher = 'port: 2, submit() {}, find() {}, query() {}, cancel() {}, attach() {},';

/** What a kind's own members may wrongly be, and what they may wrongly return. */
const ofKind: Readonly<Record<string, Readonly<Record<string, readonly [source: string, says: RegExp]>>>> = {
  sinks: {
    bare: ['{}', /has no write, which must be a function/],
    unflushed: ['{ write() {}, close() {} }', /has no flush/],
    retrying: ["{ write() {}, flush() {}, close() {}, retries: 'yes' }", /has a retries that is a string/],
  },
  hooks: {
    stepping: ['{ step: 5 }', /has a step that is a number, not a function/],
    misspelled: ['{ onStep() {} }', /onStep/],
    empty: ['{}', /has none of start, step, report, checkpoint, end/],
  },
  launchers: {
    bare: ['{}', /has no launch/],
    nothing: ['{ launch() {} }', /is undefined, not an object/],
    waitless: ["{ launch: () => ({ id: 'a', cancel() {} }) }", /has no wait/],
    unnamed: ['{ launch: () => ({ id: 7, wait: async () => 0, cancel() {} }) }', /has an id that is a number/],
    text: [
      "{ launch: () => ({ id: 'a', wait: async () => 'ok', cancel() {} }) }",
      /returned a string, not a whole number/,
    ],
    statusless: ["{ launch: () => ({ id: 'a', wait() {}, cancel() {} }) }", /returned undefined, not a whole number/],
    breaks: ["{ launch: () => ({ id: 'a', wait() { throw new Error('boom'); }, cancel() {} }) }", /boom/],
    fails: ["{ launch: () => Promise.reject(new Error('boom')) }", /boom/],
    portless: ['{ submit() {} }', /has the port undefined; this Forge has 2/],
    newer: ['{ port: 3, launch() {} }', /has the port 3; this Forge has 2/],
    queryless: ['{ port: 2, slots: 1, submit() {}, find() {}, cancel() {}, attach() {} }', /has no query/],
    slotless: [`{ ${jobLauncher} slots: 0 }`, /has slots that are 0, not a whole number from 1 or null/],
    restless: [`{ ${jobLauncher} slots: 1, pollSeconds: 0 }`, /has pollSeconds that are 0, not a number above 0/],
    half: [`{ ${jobLauncher} slots: 1, launch: 'yes' }`, /has a launch that is a string, not a function/],
  },
  readers: {
    bare: ['{}', /has no open/],
    nothing: ['{ open: async () => undefined }', /returned undefined, neither arrays nor a dataset/],
    text: ["{ open: () => 'x' }", /returned a string, neither/],
    empty: ['{ open: () => ({}) }', /needs at least one array/],
    ragged: ['{ open: () => ({ a: [1, 2], b: [1] }) }', /different numbers of rows/],
    words: ["{ open: () => ({ a: ['x'] }) }", /arrays that are no dataset/],
    readless: ['{ open: () => ({ length: 1, read() {} }) }', /whose reader is undefined/],
    nextless: ['{ open: () => ({ length: 1, read: () => ({}) }) }', /has no next/],
    ends: ['{ open: () => ({ length: 1, read: () => ({ next() {} }) }) }', /whose next is undefined/],
    example: [
      '{ open: () => ({ length: 1, read: () => ({ next: () => ({ value: 5 }) }) }) }',
      /example that is a number/,
    ],
    fails: ["{ open: () => Promise.reject('no server') }", /no server/],
  },
  exporters: {
    bare: ['{}', /has no description/],
    nothing: ["{ description: 'd', async export() {} }", /wrote nothing/],
    exportless: ["{ description: 'd' }", /has no export/],
    fails: ["{ description: 'd', export() { throw new Error('boom'); } }", /failed: boom/],
  },
  predictors: {
    bare: ['{}', /has no open/],
    nothing: ['{ open: async () => null }', /is null, not an object/],
    predictless: ['{ open: () => ({ dispose() {} }) }', /has no predict/],
    none: ['{ open: () => ({ predict() {}, dispose() {} }) }', /predicted outputs that are undefined/],
    numbers: ['{ open: () => ({ predict: async () => ({ y: 5 }), dispose() {} }) }', /"y" is a number, not a tensor/],
    fails: ["{ open() { throw new Error('boom'); } }", /failed to open the model: boom/],
    breaks: [
      "{ open: () => ({ predict() { throw new Error('boom'); }, dispose() {} }) }",
      /failed in a prediction: boom/,
    ],
  },
  commands: {
    bare: ['{}', /has no summary/],
    wordless: ["{ summary: 's', flags: {}, run() {} }", /has no words/],
    word: ["{ summary: 's', words: ['a'], flags: {}, run() {} }", /has a word that is a string/],
    flag: [
      "{ summary: 's', words: [], flags: { a: 1 }, run() {} }",
      /has a flag "a" that is a number, not made with flag\.integer/,
    ],
    nulls: ["{ summary: 's', words: [], flags: {}, run: () => null }", /is null, not an object/],
    middle: [
      "{ summary: 's', words: [{ name: 'a', required: true, description: '', repeats: true }, { name: 'b', required: true, description: '' }], flags: {}, run() {} }",
      /has a word a that repeats, but is not the last one/,
    ],
    example: ["{ summary: 's', words: [], flags: {}, examples: [1], run() {} }", /has an example that is 1, not text/],
    repeated: [
      "{ summary: 's', words: [], flags: {}, repeatable: ['size'], run() {} }",
      /has "size" in repeatable, which is none of its flags of text/,
    ],
    data: ["{ summary: 's', words: [], flags: {}, run: () => ({ data: 1 }) }", /has no text/],
    fails: ["{ summary: 's', words: [], flags: {}, run: async () => { throw new Error('boom'); } }", /failed: boom/],
  },
};

const kinds = Object.keys(ofKind);
const faultsOf = (kind: string) => ({ ...made, ...ofKind[kind] });

/** One plugin that provides every fault of every kind, by its name; predictors have the name of a backend's. */
function module(): string {
  const fields = kinds.map((kind) => {
    const providers = Object.entries(faultsOf(kind)).map(([name, [source]]) => `'${name}': () => (${source})`);
    return `${kind}: { ${providers.join(', ')} }`;
  });
  return `export default { port: 1, ${fields.join(',\n')} };`;
}

describe('what a plugin wrongly makes or returns', () => {
  const folder = useTemporaryFolder();

  /** Asks for one thing of a kind as the command line does, and uses it once. */
  async function ask(kind: string, name: string): Promise<unknown> {
    const { forge } = forgeIn(folder(), bothConfigs);
    if (kind === 'sinks') return train(folder(), [...bothConfigs, '--steps=1', '--sink', name]);
    if (kind === 'hooks') return train(folder(), [...bothConfigs, '--steps=1', '--hook', name]);
    if (kind === 'readers') return (await forge.openDataset(name, 'file')).read({ epoch: 0, skip: 0 }).next();
    if (kind === 'commands') return runPluginCommand((await forge.commands.find(name))!, { directory: '/', forge });
    if (kind === 'launchers') {
      const launching = forgeIn(folder(), [...bothConfigs, '--launcher', name]).forge;
      return (await launching.launch({ program: ['true'], output: () => undefined }))!.wait();
    }
    const { run } = await train(folder(), [...bothConfigs, '--steps=1']);
    return forge.exportCheckpoint(run, { out: `out.${name}`, format: name });
  }

  for (const kind of kinds.filter((name) => name !== 'predictors')) {
    it(`is reported in one sentence that names it: ${kind}`, async function () {
      this.timeout(60_000);
      await writeToyProject(folder());
      await installPlugin(folder(), {
        name: 'faulty',
        forge: Object.fromEntries(kinds.map((each) => [each, Object.keys(faultsOf(each))])),
        module: module(),
      });
      for (const [name, [, says]] of Object.entries(faultsOf(kind))) {
        const error = await ask(kind, name).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (!isForgeError(error)) throw new Error(`${name}: ${error}`, { cause: error });
        expect(error.message, name).to.match(says).and.to.include(name).and.to.not.include('\n');
        expect(['PLUGIN_INVALID', 'DATA_INVALID'], name).to.include(error.code);
      }
    });
  }

  it('is reported in one sentence that names it: predictors', async function () {
    this.timeout(60_000);
    await writeToyProject(folder());
    const { run } = await train(folder(), [...bothConfigs, '--steps=1']);
    for (const [index, [name, [source, says]]] of Object.entries(faultsOf('predictors')).entries()) {
      // Loaded once a process by its path: each needs a folder of its own.
      const plugin = `predicts-${index}`;
      const text = `export default { port: 1, predictors: { toy: () => (${source}) } };`;
      await installPlugin(folder(), { name: plugin, forge: { backends: ['toy'] }, module: text });
      const { forge } = forgeIn(folder());
      const record = `${run}/run.json`;
      const content = await readFile(record, 'utf8');
      await writeFile(record, content.replace(/"package": "[^"]*"/, `"package": "${plugin}"`));
      const asking = async () => (await forge.openPredictor(run)).predict({});
      const error = await asking().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!isForgeError(error)) throw new Error(`${name}: ${error}`, { cause: error });
      expect(error.message, name).to.match(says).and.to.include(plugin);
    }
  });
});
