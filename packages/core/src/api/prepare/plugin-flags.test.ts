import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, readJsonFile, train } from '../toy-run.test.support.js';

const sinks = 'sinks: { calm: () => ({ write() {}, flush() {}, close() {} }) }';
const declared = (flags: string, define = 'definePlugin') =>
  `import { definePlugin, flag } from '@forge-ml/core/plugin';
  export default ${define}({ port: 1, flags: ${flags}, ${sinks} });`;

/** Flags as source text, and the error after the plugin's name. */
const wrong: Readonly<Record<string, readonly [flags: string, says: string]>> = {
  'a number': ['{ tries: 3 }', 'has a flag "tries" that is a number, not made with flag.integer'],
  null: ['{ tries: null }', 'has a flag "tries" that is null, not made with'],
  'a bare object': ["{ tries: { kind: 'integer', description: 'x' } }", 'has a flag "tries" that is an object'],
  'no default': ["{ tries: flag.integer(undefined, 'x') }", 'has a flag "tries" without a default'],
  'a default of another type': [
    "{ tries: flag.integer('three', 'x') }",
    'has a flag "tries" with an invalid default: --tries takes a whole number, not "three"',
  ],
  __proto__: ["{ __proto__: flag.integer(3, 'x') }", 'has a flag that cannot be called "__proto__"'],
  'a list': ["[flag.integer(3, 'x')]", 'has flags that are an array, not an object'],
  'null for all': ['null', 'has flags that are null, not an object'],
  "a name of Forge's": [
    "{ seed: flag.boolean(true, 'x') }",
    '--seed is declared by forge and, differently, by flagged 1.0.0',
  ],
  'a name of every command': [
    "{ json: flag.boolean(true, 'x') }",
    '--json is declared by flagged 1.0.0, but is a flag of every command',
  ],
};

describe('flags that a plugin should not declare', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('are not those with names that every object has, as in configs', async () => {
    const module = declared("{ constructor: flag.integer(3, 'x'), toString: flag.integer(3, 'x') }");
    await installPlugin(folder(), { name: 'flagged', forge: { sinks: ['calm'] }, module });
    const { run } = await train(folder(), [...bothConfigs, '--steps', '2', '--sink', 'calm', '--to-string', '7']);
    const { flags } = await readJsonFile(run, 'flags.json');
    expect(flags).to.deep.include({
      constructor: { value: 3, source: 'default' },
      toString: { value: 7, source: 'command line' },
    });
  });

  for (const [what, [flags, says]] of Object.entries(wrong)) {
    for (const define of ['definePlugin', '']) {
      it(`are reported with the plugin and the flag: ${what}${define === '' ? ', without definePlugin' : ''}`, async () => {
        const forge = { sinks: ['calm'] };
        await installPlugin(folder(), { name: 'flagged', forge, module: declared(flags, define) });
        const argv = [...bothConfigs, '--steps', '2', '--sink', 'calm', '--seed', '3'];
        const error = await failureOf(() => train(folder(), argv));
        expect(error.code).to.equal('PLUGIN_INVALID');
        expect(error.message).to.include('The plugin flagged 1.0.0 could not be loaded').and.to.include(says);
        expect(error.hint).to.be.a('string');
      });
    }
  }
});
