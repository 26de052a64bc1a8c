import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsIn, root } from '../docs/pages.js';
import { describeOnSlurm } from './cluster.js';

describeOnSlurm('docs/clusters.md', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-clusters-page-'));
    for (const name of ['examples', 'node_modules', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      await symlink(join(root, name), join(folder, name));
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('the commands work in their order, and print what the page shows', async () => {
    const page = await readFile(join(root, 'docs/clusters.md'), 'utf8');
    const shown = [...page.matchAll(/^best {4}(valid\.loss .*)$|^(step 100\/100 {2}valid .*)$/gm)];
    expect(shown).to.have.length(2);
    let output = '';
    const commands = await commandsIn('docs/clusters.md');
    expect(commands).to.have.length(3);
    for (const command of commands) {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
      expect(status, `${command}\n${stderr}`).to.equal(0);
      output += stdout;
    }
    for (const [, best, step] of shown) expect(output).to.include(best ?? step);
  });
});
