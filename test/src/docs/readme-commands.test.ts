import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsIn, root } from './pages.js';
import { runCommand } from './run-command.js';

describe('the commands in README.md', () => {
  let folder: string;
  before(async () => {
    // A folder that looks like a clone, so that runs are not written into the real one.
    folder = await mkdtemp(join(tmpdir(), 'forge-readme-'));
    for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      await symlink(join(root, name), join(folder, name));
    }
  });
  after(() => rm(folder, { recursive: true }));

  it('all work in their order', async () => {
    const commands = await commandsIn('README.md');
    const forge = commands.filter((command) => command.startsWith('npx forge '));
    expect(forge.length).to.be.greaterThan(6);
    for (const command of forge) {
      const { status, stderr } = await runCommand(command, folder);
      expect(status, `${command}\n${stderr}`).to.equal(0);
    }
    // The rest installs, builds and tests the whole repository, and so runs this test.
    const rest = commands.filter((command) => !command.startsWith('npx forge '));
    expect(rest).to.deep.equal(['npm ci && npm run demo', 'npm ci && npm run check']);
  }).timeout(300_000);
});
