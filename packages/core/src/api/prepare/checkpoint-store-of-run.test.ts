import { existsSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train, trainUntil } from '../toy-run.test.support.js';

/** Keeps all checkpoints in a folder below the project's that its flag names, and writes down each time it is opened. */
const elsewhere = `
import { appendFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileCheckpointStore } from '@forge-ml/core/node';
import { definePlugin, flag } from '@forge-ml/core/plugin';

export default definePlugin({
  port: 1,
  flags: { storedIn: flag.string('elsewhere', 'The folder, in the project.') },
  checkpointStores: {
    elsewhere({ folder, files, flags, warn }) {
      const project = resolve(folder, '../../../..');
      warn('The store is open.');
      appendFileSync(resolve(project, 'opened.txt'), [folder === files.folder, folder, flags.storedIn].join(' ') + '\\n');
      mkdirSync(resolve(project, 'stores', 'all'), { recursive: true });
      return new FileCheckpointStore(resolve(project, 'stores', 'all', flags.storedIn));
    },
  },
});
`;

describe('--checkpoint-store', () => {
  const folder = useTemporaryFolder();
  const short = [...bothConfigs, '--steps', '4', '--save-every', '2', '--run-name', 'kept'];
  const argv = [...short, '--checkpoint-store', 'elsewhere', '--stored-in', 'mine'];
  const inStore = (...path: string[]) => join(folder(), 'stores', 'all', ...path);
  const opened = async () => (await readFile(join(folder(), 'opened.txt'), 'utf8')).trimEnd().split('\n');
  const flagsOf = async (run: string) =>
    ((await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> }).flags;
  const uninstall = () => rename(join(folder(), 'node_modules', 'keeper'), join(folder(), 'uninstalled'));

  beforeEach(async () => {
    await writeToyProject(folder());
    const forge = { checkpointStores: ['elsewhere'], flags: ['storedIn'] };
    await installPlugin(folder(), { name: 'keeper', forge, module: elsewhere });
  });

  it('is files by default, which loads no plugin', async () => {
    const { run } = await train(folder(), short);
    expect((await flagsOf(run)).checkpointStore).to.deep.equal({ value: 'files', source: 'default' });
    expect(await readdir(join(run, 'checkpoints'))).to.deep.equal(['2', '4']);
    expect(existsSync(join(folder(), 'opened.txt'))).to.equal(false);
  });

  it("opens the plugin's store with the run's folder, Forge's own store and the plugin's flags, and records both", async () => {
    const { forge, warnings } = forgeIn(folder(), argv);
    const { run, checkpoint } = await forge.train(await forge.config());
    expect(await opened()).to.deep.equal([`true ${join(run, 'checkpoints')} mine`]);
    expect(warnings).to.deep.equal(['The store is open.']);
    expect(await readdir(inStore('mine'))).to.deep.equal(['2', '4']);
    expect(checkpoint).to.equal(inStore('mine', '4'));
    expect(existsSync(join(run, 'checkpoints'))).to.equal(false);
    expect(await flagsOf(run)).to.deep.include({
      checkpointStore: { value: 'elsewhere', source: 'command line' },
      storedIn: { value: 'mine', source: 'command line' },
    });
  });

  it('is that of the run on a resume and in loadFromCheckpoint, whatever the project file says now', async () => {
    const { run } = await trainUntil(3, folder(), argv);
    expect(await readdir(inStore('mine'))).to.deep.equal(['2', '3']);
    await writeFiles(folder(), { 'forge.config.ts': "export default { checkpointStore: 'files' };" });
    await train(folder(), ['--resume', run]);
    const loaded = await forgeIn(folder()).forge.loadFromCheckpoint(run);
    await loaded.dispose();
    expect(loaded.step).to.equal(4);
    expect(await opened()).to.deep.equal(Array(3).fill(`true ${join(run, 'checkpoints')} mine`));
    const straight = await train(folder(), [...short, '--checkpoint-store', 'files']);
    await rename(inStore('mine'), join(run, 'checkpoints'));
    expect(await essenceOf(run, 4)).to.deep.equal(await essenceOf(straight.run, 4));
  });

  it('comes from the project file too', async () => {
    await writeFiles(folder(), { 'forge.config.ts': "export default { checkpointStore: 'elsewhere' };" });
    await train(folder(), short);
    expect(await readdir(inStore('elsewhere'))).to.deep.equal(['2', '4']);
  });

  it('stays what it is: another on a resume is refused, with --override too', async () => {
    const { run } = await trainUntil(3, folder(), argv);
    const error = await failureOf(() =>
      train(folder(), ['--resume', run, '--override', '--checkpoint-store', 'files']),
    );
    expect([error.code, error.about, error.hint]).to.deep.equal([
      'FLAG_CONFLICT',
      'checkpointStore',
      'A run keeps its checkpoint store: omit the flag, or start a new run.',
    ]);
  });

  it('that is not installed any more is named, with how to install it; looking needs none', async () => {
    const { run } = await trainUntil(3, folder(), argv);
    await uninstall();
    for (const [work, named] of [
      [() => train(folder(), ['--resume', run]), 'kept/1'],
      [() => forgeIn(folder()).forge.loadFromCheckpoint(run), run],
    ] as const) {
      const error = await failureOf(work);
      expect([error.code, error.message, error.hint]).to.deep.equal([
        'USAGE',
        `${named} needs the checkpoint store "elsewhere", which is not installed.`,
        'Install the plugin that provides it: npm install PACKAGE',
      ]);
    }
    expect(await forgeIn(folder()).forge.checkpoints(run).steps()).to.deep.equal([]);
  });

  it('is not opened to look at a run as data', async () => {
    const { run } = await trainUntil(3, folder(), argv);
    const before = (await opened()).length;
    const error = await failureOf(() => forgeIn(folder()).forge.loadFromCheckpoint(run, undefined, { code: false }));
    expect(error.code).to.equal('CHECKPOINT_NOT_FOUND');
    expect(await opened()).to.have.length(before);
  });

  it('must be installed by the name that is given, and its flags come with it', async () => {
    const near = await failureOf(() => train(folder(), [...short, '--checkpoint-store', 'elsewere']));
    expect([near.code, near.about, near.hint]).to.deep.equal([
      'USAGE',
      'checkpoint-store',
      'Did you mean --checkpoint-store elsewhere?',
    ]);
    const stray = await failureOf(() => train(folder(), [...short, '--stored-in', 'mine']));
    expect(stray.hint).to.equal('It comes with the plugin keeper: add --checkpoint-store elsewhere.');
    const { forge } = forgeIn(folder(), ['--checkpoint-store', 'elsewhere']);
    const declarations = (await forge.declarations()).map(({ by, flags }) => `${by}: ${Object.keys(flags)}`);
    expect(declarations.slice(1)).to.deep.equal(['keeper 1.0.0: storedIn']);
    expect(existsSync(join(folder(), 'results'))).to.equal(false);
  });
});
