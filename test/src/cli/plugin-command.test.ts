import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const packageJson = JSON.stringify({
  name: 'greeter',
  version: '1.0.0',
  type: 'module',
  forge: { plugin: './plugin.js', port: 1, backends: [], commands: ['greet:person', 'greet:nobody'] },
});
const plugin = `
const command = {
  summary: 'Greet somebody.',
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

describe('a command that a plugin brings', () => {
  it('runs like any other: colon or space, flags in any spelling, --json', () =>
    inProject(async (cwd) => {
      const colon = await forge(['greet:person', 'Ada', '--how-often', '2'], { cwd });
      expect(colon).to.deep.equal({ status: 0, stdout: 'Hello, Ada\nHello, Ada\n', stderr: '' });
      const space = await forge(['greet', 'person', 'Ada', '--how_often=1'], { cwd });
      expect(space).to.deep.equal({ status: 0, stdout: 'Hello, Ada\n', stderr: '' });
      const { stdout } = await forge(['greet:person', 'Ada', '--json'], { cwd });
      expect(JSON.parse(stdout).greetings).to.deep.equal(['Hello, Ada']);
    }));

  it('has a help page, and teaches as the others do', () =>
    inProject(async (cwd) => {
      const help = await forge(['greet:person', '--help'], { cwd });
      expect([help.status, help.stderr]).to.deep.equal([0, '']);
      expect(help.stdout).to.include('Greet somebody.').and.to.include('--how-often=N');
      const typo = await forge(['greet:person', 'Ada', '--how-oftn', '2'], { cwd });
      expect(typo.status).to.equal(2);
      expect(typo.stderr).to.include('Did you mean --how-often?');
      const low = await forge(['greet:person', 'Ada', '--how-often', '0'], { cwd });
      expect(low.stderr).to.include('--how-often must be at least 1');
    }));

  it('is an error that names the plugin where it is announced but not registered', () =>
    inProject(async (cwd) => {
      const { status, stderr } = await forge(['greet:nobody'], { cwd });
      expect(status).to.equal(2);
      expect(stderr).to.include('greeter announces the command greet:nobody but does not register it');
    }));
});
