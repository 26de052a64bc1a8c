import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const processes = 4;

describe('several processes that resume one run at once', () => {
  it(`only one of ${processes} succeeds; the others report its pid and host`, async () => {
    await inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const slow = ['--steps', '5000', '--ms-per-step', '5', '--save-every', '10'];
      const first = startForge(['train', ...configs, '--run-name', 'line', ...slow], { cwd });
      await first.said(/checkpoints\/10$/m);
      first.child.kill('SIGKILL');
      await first.finished;

      const all = Array.from({ length: processes }, () => startForge(['train', '--resume', 'line'], { cwd }));
      const refusals = all.map(({ finished }) => finished.then(({ status, stderr }) => ({ status, stderr })));
      const winner = await Promise.any(all.map((one) => one.said(/saved .*checkpoints\/\d+$/m).then(() => one)));
      const others = await Promise.all(refusals.filter((_, index) => all[index] !== winner));
      const { resumes } = JSON.parse(await readFile(join(cwd, 'results/line/1/run.json'), 'utf8'));
      winner.child.kill('SIGTERM');
      await winner.finished;
      for (const { status, stderr } of others) {
        expect(status, stderr).to.equal(2);
        expect(stderr).to.match(new RegExp(`line/1 .* process ${winner.child.pid} on ${hostname()}\\.`));
      }
      expect(resumes).to.have.lengthOf(1);
    });
  }).timeout(60_000);
});
