import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { installPlugin, writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const packageJson = JSON.stringify({
  name: 'greeter',
  version: '1.0.0',
  type: 'module',
  forge: { plugin: './plugin.js', port: 1, backends: [], commands: ['greet:person', 'greet:missing'] },
});
const plugin = `
const command = {
  summary: 'Greet a person.',
  words: [{ name: 'name', required: true, description: 'Whom.' }],
  flags: { howOften: { kind: 'integer', default: 1, description: 'Times.', nullable: false, min: 1 } },
  run: async ({ words, flags, directory }) => {
    const greetings = Array(flags.howOften).fill('Hello, ' + words[0]);
    return { data: { greetings, directory }, text: greetings.join('\\n') };
  },
};
export default { port: 1, commands: { 'greet:person': () => command } };
`;

function inProject(work: (cwd: string) => Promise<void>): Promise<void> {
  return inFolder(async (cwd) => {
    await writeFiles(cwd, { 'package.json': JSON.stringify({ dependencies: { greeter: '*' } }) });
    await writeFiles(join(cwd, 'node_modules', 'greeter'), { 'package.json': packageJson, 'plugin.js': plugin });
    await work(cwd);
  });
}

describe('a command of a plugin', () => {
  it('runs in the colon and the space form, with flags in any spelling and --json', () =>
    inProject(async (cwd) => {
      const colon = await forge(['greet:person', 'Ada', '--how-often', '2'], { cwd });
      expect(colon).to.deep.equal({ status: 0, stdout: 'Hello, Ada\nHello, Ada\n', stderr: '' });
      const space = await forge(['greet', 'person', 'Ada', '--how_often=1'], { cwd });
      expect(space).to.deep.equal({ status: 0, stdout: 'Hello, Ada\n', stderr: '' });
      const { stdout } = await forge(['greet:person', 'Ada', '--json'], { cwd });
      expect(JSON.parse(stdout).greetings).to.deep.equal(['Hello, Ada']);
    }));

  it('has a help page and hints', () =>
    inProject(async (cwd) => {
      const help = await forge(['greet:person', '--help'], { cwd });
      expect([help.status, help.stderr]).to.deep.equal([0, '']);
      expect(help.stdout).to.include('Greet a person.').and.to.include('--how-often=N');
      const typo = await forge(['greet:person', 'Ada', '--how-oftn', '2'], { cwd });
      expect(typo.status).to.equal(2);
      expect(typo.stderr).to.include('Did you mean --how-often?');
      const low = await forge(['greet:person', 'Ada', '--how-often', '0'], { cwd });
      expect(low.stderr).to.include('--how-often must be at least 1');
    }));

  it('has its help page in the space form too, and is listed without being loaded', () =>
    inProject(async (cwd) => {
      const colon = await forge(['greet:person', '--help'], { cwd });
      for (const words of [
        ['greet', 'person', '--help'],
        ['help', 'greet', 'person'],
        ['greet', 'person', 'Ada', '--help'],
      ]) {
        expect(await forge(words, { cwd }), words.join(' ')).to.deep.equal(colon);
      }
      await writeFiles(join(cwd, 'node_modules', 'greeter'), { 'plugin.js': 'throw new Error("was run");' });
      for (const words of [['--help'], ['greet', '--help']]) {
        const { status, stdout, stderr } = await forge(words, { cwd });
        expect([status, stderr], words.join(' ')).to.deep.equal([0, '']);
        expect(stdout).to.match(/COMMANDS OF PLUGINS\n +greet person +from greeter 1\.0\.0\n/);
      }
      for (const words of [
        ['greet', 'persn'],
        ['greet', 'persn', '--help'],
      ]) {
        const unknown = await forge(words, { cwd });
        expect([unknown.status, unknown.stderr]).to.deep.equal([
          2,
          'Error: There is no command forge greet persn.\n  → Did you mean forge greet person?\n',
        ]);
      }
    }));

  it('gets a Forge that finds runs by name and linked backends', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const command = `{ summary: 'Sample.', words: [{ name: 'run', required: true, description: 'A run.' }], flags: {},
        async run({ words, forge }) {
          const { path, number } = await forge.findRun(words[0]);
          const { session, restore, dispose } = await forge.loadFromCheckpoint(path);
          await restore();
          const names = session.parameters.map(({ name }) => name);
          await dispose();
          return { data: { number, names }, text: names.join(' ') };
        } }`;
      const module = `export default { port: 1, commands: { sample: () => (${command}) } };`;
      await installPlugin(cwd, { name: 'sampler', forge: { commands: ['sample'] }, module });
      const configs = ['--data-config', 'data.ts', '--model-config', 'model.ts', '--steps=1', '--run-name=whole'];
      expect((await forge(['train', '--backend=toy', ...configs], { cwd })).status).to.equal(0);
      // The backend is now linked to the command line instead of being in the project.
      await rename(join(cwd, 'node_modules', 'toy-plugin'), join(cwd, 'toy-plugin'));
      expect((await forge(['plugins', 'link', 'toy-plugin'], { cwd })).status).to.equal(0);
      const { status, stdout, stderr } = await forge(['sample', 'whole', '--json'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(JSON.parse(stdout)).to.deep.include({ number: 1 });
      expect(stdout).to.include('layer0.weights');
    }));

  it('is reported with its plugin if it is announced but not registered', () =>
    inProject(async (cwd) => {
      const { status, stderr } = await forge(['greet:missing'], { cwd });
      expect(status).to.equal(2);
      expect(stderr).to.include('greeter declares the command greet:missing but does not register it');
    }));
});
