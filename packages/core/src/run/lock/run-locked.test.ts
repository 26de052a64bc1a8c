import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { currentProcess } from '../record/host-info.js';
import type { RunRecord } from '../record/run-record.js';
import { requireStillUnlocked, requireUnlocked } from './run-locked.js';

const child = fileURLToPath(new URL('./beat.test.child.js', import.meta.url));
const minute = 60_000;
const day = 24 * 60 * minute;

describe('requireUnlocked for a run of another host', () => {
  const folder = useTemporaryFolder();
  const run = () => ({ path: folder(), experiment: 'mnist', number: 1 });
  const record = { status: 'running', process: { ...currentProcess(), host: 'elsewhere' } } as RunRecord;
  let live: ChildProcess | undefined;
  afterEach(() => live?.kill('SIGKILL'));

  async function startBeating(offset: number): Promise<void> {
    live = spawn(process.execPath, [child, folder(), '{}', String(offset)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(live.stdout!, 'data');
  }

  async function stopBeating(): Promise<void> {
    const end = once(live!, 'close');
    live!.kill('SIGKILL');
    await end;
  }

  async function leaveDead(age: number): Promise<void> {
    await writeFile(join(folder(), 'run.json'), '{}');
    const time = (Date.now() - age) / 1000;
    await utimes(join(folder(), 'run.json'), time, time);
  }

  for (const offset of [0, -2 * minute, 2 * minute, -12 * 60 * minute, 2 * day]) {
    it(`refuses a live run whose clock is off by ${offset / 1000} s, and accepts a dead one`, async function () {
      this.timeout(60_000);
      await startBeating(offset);
      const error = await failureOf(() => requireUnlocked(run(), record, { watchMs: 20_000 }));
      expect([error.code, error.message]).to.deep.equal([
        'RUN_LOCKED',
        `mnist/1 is still running: process ${process.pid} on elsewhere.`,
      ]);
      await stopBeating();
      const messages: string[] = [];
      const unlocked = await requireUnlocked(run(), record, { watchMs: 100, say: (message) => messages.push(message) });
      expect(messages).to.deep.equal(['Checking whether mnist/1 is still running on host elsewhere …']);
      await requireStillUnlocked(run(), record, unlocked);
    });
  }

  it('does not watch a run with a heartbeat more than a day old, or without run.json', async () => {
    await leaveDead(day + minute);
    await requireUnlocked(run(), record, { watchMs: day });
    await requireUnlocked({ ...run(), path: join(folder(), 'gone') }, record, { watchMs: day });
  });

  it('refuses later when heartbeats have resumed', async () => {
    await leaveDead(0);
    const unlocked = await requireUnlocked(run(), record, { watchMs: 50 });
    await startBeating(-2 * minute);
    expect((await failureOf(() => requireStillUnlocked(run(), record, unlocked))).code).to.equal('RUN_LOCKED');
  });

  it('neither watches nor prints when the process is on this host, or the run has ended', async () => {
    await leaveDead(0);
    const options = { watchMs: day, say: (message: string) => expect.fail(message) };
    const gone = { ...record, process: { host: currentProcess().host, pid: 2 ** 22 + 1, startTime: 1 } };
    await requireUnlocked(run(), gone, options);
    await requireUnlocked(run(), { ...record, status: 'stopped' }, options);
    const own = { ...record, process: currentProcess() };
    expect((await failureOf(() => requireUnlocked(run(), own, options))).code).to.equal('RUN_LOCKED');
  });
});
