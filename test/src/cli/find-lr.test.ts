import { readdir } from 'node:fs/promises';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge find-lr', () => {
  it('draws the loss by learning rate, suggests one, and writes nothing', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const before = await readdir(cwd);
      const { status, stdout, stderr } = await forge(['find-lr', ...configs, '--highest-rate', '100'], {
        cwd,
        env: { LC_ALL: 'C.UTF-8' },
      });
      expect([status, stderr]).to.deep.equal([0, '']);
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).to.equal('train.loss');
      expect(stdout).to.match(/^ +1e-7 .*learning rate, log scale$/m);
      expect(stdout).to.match(/^The loss diverged above \d+(\.\d+)?: higher rates were not tried\.$/m);
      expect(lines.at(-1)).to.match(/^Suggested learning rate: 0\.\d+$/);
      expect(Math.max(...lines.map(({ length }) => length))).to.be.at.most(80);
      expect((await readdir(cwd)).filter((name) => name !== '.data')).to.deep.equal(before);
    }));

  it('prints the points with --json, and takes the flags of the configs', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const words = ['find-lr', ...configs, '--rates', '20', '--highest-rate', '0.1', '--hidden', '2', '--json'];
      const { status, stdout } = await forge(words, { cwd });
      const { points, suggestion } = JSON.parse(stdout);
      expect([status, points.length]).to.deep.equal([0, 20]);
      expect(points.at(-1).rate).to.be.closeTo(0.1, 1e-12);
      expect(points[0]).to.have.all.keys('rate', 'loss', 'smoothed');
      expect(suggestion === null || (suggestion > 1e-7 && suggestion < 0.1)).to.equal(true);
    }));

  it('stops at a signal with its status, and says in one line what is wrong', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const started = startForge(['find-lr', ...configs, '--ms-per-step', '500'], { cwd });
      setTimeout(() => started.child.kill('SIGINT'), 2500);
      const stopped = await started.finished;
      expect(stopped.status).to.equal(130);
      expect(stopped.stderr).to.match(/^Error: Stopped by SIGINT\.\n/);
      expect(stopped.stdout).to.equal('');
      const refused = async (...words: string[]) => {
        const { status, stderr } = await forge(['find-lr', ...words], { cwd });
        expect(status).to.equal(2);
        return stderr;
      };
      expect(await refused(...configs, '--lowest-rate', '1', '--highest-rate', '0.1')).to.equal(
        'Error: The search for a learning rate ends at 0.1, not above its start, 1.\n' +
          '  → For example from 1e-7 to 10 in 100 steps.\n',
      );
      expect(await refused(...configs, '--rates', '5')).to.include('--rates');
      expect(await refused(...configs, '--rate', '50')).to.match(/--rate\b.*\n.*--rates/);
    }));
});
