import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, train } from '../toy-run.test.support.js';

/** What of a store is wrong, as source text with the file store in `files`, and what is reported for it. */
const whileTraining: Readonly<Record<string, readonly [source: string, says: RegExp]>> = {
  null: ['null', /is null, not an object/],
  bare: ['({})', /has no steps, which must be a function/],
  threadless: ['({ ...bound(files), savesOnThread: undefined })', /has no savesOnThread, which must be true or false/],
  throws: ["(() => { throw new Error('boom'); })()", /boom/],
  unsaved: ['changed(files, { saveAsync: async () => undefined })', /returned a path that is undefined, not text/],
  'saves-nowhere': ["changed(files, { saveAsync: async () => '' })", /returned a path that is a string, not text/],
  fails: [
    "changed(files, { saveAsync: async () => { throw new Error('boom'); } })",
    /failed to save checkpoint 2: boom/,
  ],
  keeps: [
    `changed(files, {
      async saveAsync(given, details) {
        const path = await files.save(given.state, details);
        given.state = { ...given.state, optimizer: undefined };
        return path;
      },
    })`,
    /saved checkpoint 2 and gave back a state with optimizer slots that are undefined/,
  ],
  'fails-and-keeps': [
    `changed(files, {
      async saveAsync(given) {
        given.state = null;
        throw new Error('boom');
      },
    })`,
    /failed to save checkpoint 2 and gave back a state that is null, not an object: .*boom/,
  ],
  'lists-text': ["changed(files, { steps: async () => '1' })", /returned steps that are a string, not an array/],
  'lists-names': ["changed(files, { steps: async () => ['1'] })", /among its steps a string, not a whole number/],
  unsorted: ['changed(files, { steps: async () => [2, 1] })', /the steps 2 and 1, not in ascending order/],
  uninformed: [
    'changed(files, { steps: async () => [1, 2], info: async () => null })',
    /an info that is null, not an object/,
  ],
  misinformed: [
    'changed(files, { steps: async () => [1, 2], info: async () => ({ ...(await files.info(2)), step: 1, metrics: 5 }) })',
    /an info with an invalid "metrics"/,
  ],
  'informs-of-another': [
    'changed(files, { steps: async () => [1, 2], info: async () => files.info(2) })',
    /the info of step 2 for step 1/,
  ],
  'closes-badly': ["changed(files, { close: async () => { throw new Error('boom'); } })", /failed to close: boom/],
};

const whileLoading: typeof whileTraining = {
  'loads-nothing': ['changed(files, { load: async () => undefined })', /returned undefined, not a loaded checkpoint/],
  'loads-no-path': [
    'changed(files, { load: async () => ({ ...(await files.load(2)), path: 1 }) })',
    /a path that is a number, not text/,
  ],
  'loads-no-tensors': [
    `changed(files, {
      async load(step) {
        const loaded = await files.load(step);
        return { ...loaded, state: { ...loaded.state, parameters: {} } };
      },
    })`,
    /a state with parameters that are .*, not a Map/,
  ],
  'loads-half': [
    `changed(files, {
      async load(step) {
        const loaded = await files.load(step);
        const [[name, { dtype, shape, bytes }]] = loaded.state.parameters;
        const half = { dtype, shape, bytes: bytes.subarray(1) };
        return { ...loaded, state: { ...loaded.state, parameters: new Map([[name, half]]) } };
      },
    })`,
    /but holds \d+/,
  ],
  'loads-another': [
    `changed(files, {
      async load(step) {
        const loaded = await files.load(step);
        return { ...loaded, state: { ...loaded.state, step: 1 } };
      },
    })`,
    /a state whose "step" is 1, and an info where it is 2/,
  ],
  'fails-to-load': [
    "changed(files, { load: async () => { throw new Error('boom'); } })",
    /failed to load checkpoint 2: boom/,
  ],
};

const all = { ...whileTraining, ...whileLoading };

const module = `
const bound = (files) => Object.fromEntries(
  ['steps', 'save', 'saveAsync', 'close', 'load', 'info', 'check', 'remove'].map((name) => [name, files[name].bind(files)]),
);
const changed = (files, changes) => ({ ...bound(files), savesOnThread: false, ...changes });
export default {
  port: 1,
  checkpointStores: { ${Object.entries(all).map(([name, [source]]) => `'${name}': ({ files }) => ${source}`)} },
};
`;

describe('what a checkpoint store of a plugin wrongly returns', () => {
  const folder = useTemporaryFolder();
  const argv = (name: string) => [
    ...bothConfigs,
    '--steps=2',
    '--keep=1',
    '--run-name=toy',
    '--checkpoint-store',
    name,
  ];

  async function failureOfStore(name: string): Promise<unknown> {
    const training = train(folder(), argv(name));
    const work = name in whileTraining ? training : forgeIn(folder()).forge.loadFromCheckpoint((await training).run);
    return work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  }

  it('is reported in one sentence that names the store and its plugin', async function () {
    this.timeout(60_000);
    await writeToyProject(folder());
    const forge = { checkpointStores: Object.keys(all) };
    await installPlugin(folder(), { name: 'faulty', forge, module });
    for (const [name, [, says]] of Object.entries(all)) {
      const error = await failureOfStore(name);
      if (!isForgeError(error)) throw new Error(`${name}: ${error}`, { cause: error });
      expect(error.message, name)
        .to.match(says)
        .and.to.match(new RegExp(`the checkpoint store ${name} of faulty 1\\.0\\.0`, 'i'))
        .and.to.not.include('\n');
      expect(error.code, name).to.equal('PLUGIN_INVALID');
    }
  });
});
