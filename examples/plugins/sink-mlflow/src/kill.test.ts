import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { stepsOf, upTo, useSinkRun } from './sink-run.test.support.js';

const child = fileURLToPath(new URL('./write-steps.test.child.js', import.meta.url));
const steps = 3_000;

describe('MlflowSink in a killed process', function () {
  this.timeout(60_000);
  const test = useSinkRun();

  function start() {
    return spawn(process.execPath, [child, test.folder, test.server.url, String(steps)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  it('sends every point once, even if SIGKILL comes between a request and its answer', async () => {
    const killAt = ['runs/create', 'runs/log-batch', 'runs/log-batch', 'runs/log-batch'];
    for (const path of killAt) {
      const process = start();
      // The server executes the call, but never answers.
      test.server.fate = (called) => {
        if (called !== path) return 'answer';
        process.kill('SIGKILL');
        return 'hang';
      };
      const [, signal] = await once(process, 'exit');
      expect(signal).to.equal('SIGKILL');
    }
    test.server.fate = () => 'answer';
    for (const delay of [30, 90, 200]) {
      const process = start();
      await once(process.stdout, 'data');
      setTimeout(() => process.kill('SIGKILL'), delay);
      await once(process, 'exit');
    }
    const [status] = await once(start(), 'exit');
    expect(status).to.equal(0);
    const { run } = test.server;
    expect(stepsOf(run.points)).to.deep.equal(upTo(steps));
    expect(stepsOf(run.points, 'train/accuracy')).to.deep.equal(upTo(steps));
    expect(run.status).to.equal('FINISHED');
  });
});
