import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { currentProcess } from './host-info.js';
import type { RunProcess, RunRecord, RunStatus } from './run-record.js';
import { shownStatus } from './run-status.js';

describe('shownStatus', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeFile(join(folder(), 'run.json'), '{}'));

  const status = (written: RunStatus, process: RunProcess = currentProcess()) =>
    shownStatus({ status: written, process } as RunRecord, folder());

  it('is the recorded status for a run that has ended, whatever its process', async () => {
    const gone = { host: 'another', pid: 1, startTime: 1 };
    await rm(join(folder(), 'run.json'));
    for (const written of ['completed', 'stopped', 'failed'] as const) expect(status(written, gone)).to.equal(written);
  });

  it('is running while the process is alive, even without a recent heartbeat', async () => {
    await utimes(join(folder(), 'run.json'), 0, 0);
    expect(status('running')).to.equal('running');
  });

  it('is crashed if the process on this host has died, even with a recent run.json', () => {
    const pid = 2 ** 22 + 1; // above the highest PID on Linux
    expect(status('running', { host: currentProcess().host, pid, startTime: 1 })).to.equal('crashed');
  });

  it('depends on the heartbeat for another host, whose clock may differ by minutes', async () => {
    const elsewhere = { ...currentProcess(), host: 'another' };
    const minute = 60_000;
    for (const [age, expected] of [
      [0, 'running'],
      [2 * minute, 'running'],
      [-2 * minute, 'running'],
      [9 * minute, 'running'],
      [11 * minute, 'crashed'],
      [-25 * 60 * minute, 'crashed'],
    ] as const) {
      const last = (Date.now() - age) / 1000;
      await utimes(join(folder(), 'run.json'), last, last);
      expect(status('running', elsewhere), `${age} ms`).to.equal(expected);
    }
    await rm(join(folder(), 'run.json'));
    expect(status('running', elsewhere)).to.equal('crashed');
  });
});
