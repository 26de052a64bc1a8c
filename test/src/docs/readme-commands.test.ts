import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The lines a reader is told to type: what stands after `$ ` in console blocks. */
async function commandsIn(file: string): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8');
  const blocks = [...text.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1]!);
  return blocks
    .flatMap((block) => block.split('\n').filter((line) => line.startsWith('$ ')))
    .map((line) => line.slice(2));
}

describe('the commands in README.md', () => {
  let folder: string;
  before(async () => {
    // A folder that looks like a clone, so that the runs of the test do not land in the real one.
    folder = await mkdtemp(join(tmpdir(), 'forge-readme-'));
    for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      await symlink(join(root, name), join(folder, name));
    }
  });
  after(() => rm(folder, { recursive: true }));

  it('all work, in the order they stand', async () => {
    const commands = await commandsIn('README.md');
    const forge = commands.filter((command) => command.startsWith('npx forge '));
    expect(forge.length).to.be.greaterThan(6);
    for (const command of forge) {
      const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
      expect(status, `${command}\n${stderr}`).to.equal(0);
    }
    // The rest installs, builds and tests the whole repository: it is how this test came to run.
    const rest = commands.filter((command) => !command.startsWith('npx forge '));
    expect(rest).to.deep.equal(['npm ci && npm run demo', 'npm ci && npm run check']);
  }).timeout(300_000);
});
