import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { inTemporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('examples: a sweep', () => {
  it('digits: trials pause and are promoted, and the best is better than the first', () =>
    inTemporaryFolder(async (folder) => {
      const small = ['--trials', '6', '--train-size', '640', '--valid-size', '200', '--stop', 'asha(reduction=2)'];
      const place = ['--results-dir', join(folder, 'results'), '--engine', 'wasm', '--epochs', '4', '--json'];
      const words = ['sweep', 'examples/digits/sweep.ts', '--backend', 'tfjs', ...small, ...place];
      const { status, stdout, stderr } = await forge(words, {
        cwd: root,
        env: { XDG_DATA_HOME: join(folder, '.data') },
      });
      expect(status, stderr).to.equal(0);
      const { trials, best, counts, sweep, end } = JSON.parse(stdout);
      expect([sweep.name, end.status, trials.length]).to.deep.equal(['digits-sweep', 'completed', 6]);
      expect(counts.completed + counts.stopped).to.equal(6);
      expect(counts.stopped).to.be.greaterThan(0);
      const of = (number: number) => trials[number - 1];
      expect(of(best[0]).values[0]).to.be.at.least(of(1).values[0]);
      expect(of(best[0]).values[0]).to.be.greaterThan(0.3);
    })).timeout(120_000);
});
