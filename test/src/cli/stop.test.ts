import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const train = ['train', '--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const slow = [...train, '--run-name', 'line', '--epochs', '1000', '--ms-per-step', '20', '--report-every', '1'];

describe('stopping forge train', () => {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`finishes the step, saves, and exits with ${status} on ${signal}; --resume continues from there`, () =>
      inFolder(async (cwd) => {
        await writeToyProject(cwd);
        const { child, said, finished } = startForge([...slow, '--on-hangup', 'stop'], { cwd });
        await said(/^step \d+\/\d+ {2}epoch 1/m);
        child.kill(signal);
        const end = await finished;
        expect([end.status, end.stderr]).to.deep.equal([status, '']);
        expect(end.stdout).to.match(/^Stopping after this step and saving\. .+ ends it at once, unsaved\.$/m);
        const step = Number(/^Stopped at step (\d+) .*forge train --resume line\/1$/m.exec(end.stdout)?.[1]);
        expect(step).to.be.greaterThan(0);
        expect(end.stdout).to.include(`saved results/line/1/checkpoints/${step}`);

        const more = ['train', '--resume', 'line', '--ms-per-step', '0', '--override'];
        const resumed = await forge([...more, '--steps', String(step + 3), '--epochs', '999'], { cwd });
        expect([resumed.status, resumed.stderr]).to.deep.equal([0, '']);
        expect(resumed.stdout).to.include(`line/1  results/line/1, resumed at step ${step}\n`);
        expect(resumed.stdout).to.include(`Completed at step ${step + 3}`);
      }));
  }

  it('exits at once on a second signal', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const words = [...train, '--run-name', 'line', '--epochs', '9', '--ms-per-step', '15000', '--eval-every', '1'];
      const { child, said, finished } = startForge(words, { cwd });
      await said(/^toy, engine/m);
      child.kill('SIGINT');
      await said(/^Stopping/m);
      child.kill('SIGINT');
      expect((await finished).status).to.equal(130);
      const { stdout } = await forge(['runs'], { cwd });
      expect(stdout).to.match(/line\/1 +crashed/);
    }));

  it('reports the stop as JSON with --json', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { child, finished } = startForge([...slow, '--json'], { cwd });
      const timer = setInterval(async () => {
        const { stdout } = await forge(['runs', '--json'], { cwd });
        // Only once, because a second signal ends the process at once.
        if (JSON.parse(stdout).runs.length > 0 && !child.killed) child.kill('SIGTERM');
      }, 500);
      const { status, stdout } = await finished;
      clearInterval(timer);
      expect(status).to.equal(143);
      expect(JSON.parse(stdout)).to.include({ experiment: 'line', status: 'stopped' });
    }));
});
