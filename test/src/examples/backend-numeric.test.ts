import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { inTemporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);
const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));
const numeric = join(examples, 'plugins/backend-numeric');

describe('examples: plugins/backend-numeric', function () {
  this.timeout(120_000);

  it('builds, passes its own tests and the conformance suite, and types its example', async () => {
    const { stdout } = await run('npm', ['test'], { cwd: numeric });
    expect(stdout)
      .to.include('backend conformance: numeric')
      .and.match(/\d{2,} passing/);
    // A skipped test says why.
    for (const title of stdout.match(/^ +- .*$/gm) ?? []) expect(title).to.match(/\((cannot|skipped): .+\)$/);
    await run('npm', ['run', 'types'], { cwd: numeric });
  });

  it('learns the drawn digits in a project that depends on it, and loads without its model config', () =>
    inTemporaryFolder(async (cwd) => {
      const installed = join(cwd, 'node_modules', 'forge-backend-numeric');
      const { stdout: packed } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', cwd], {
        cwd: numeric,
      });
      await mkdir(installed, { recursive: true });
      await run('tar', ['-xzf', join(cwd, packed.trim()), '--strip-components=1', '-C', installed]);
      const dependencies = { 'forge-backend-numeric': '0.1.0' };
      await writeFile(join(cwd, 'package.json'), JSON.stringify({ name: 'project', private: true, dependencies }));
      await cp(join(examples, 'digits'), join(cwd, 'digits'), { recursive: true });
      await cp(join(numeric, 'example/mlp.ts'), join(cwd, 'mlp.ts'));
      const configs = ['--data-config', 'digits/data.ts', '--model-config', 'mlp.ts', '--run-name', 'digits'];
      const small = ['--train-size', '2000', '--valid-size', '500', '--hidden', '16', '--epochs', '5'];
      const trained = await forge(['train', '--backend', 'numeric', ...configs, ...small, '--json'], { cwd });
      expect([trained.status, trained.stderr]).to.deep.equal([0, '']);
      const { valid } = JSON.parse(trained.stdout).metrics;
      // Guessing gives 0.1.
      expect(valid.accuracy).to.be.greaterThan(0.7);
      await writeFile(join(cwd, 'mlp.ts'), 'not a model any more');
      const again = await forge(['eval', 'results/digits/1', '--json'], { cwd });
      expect([again.status, JSON.parse(again.stdout).metrics], again.stderr).to.deep.equal([0, valid]);
    }));
});
