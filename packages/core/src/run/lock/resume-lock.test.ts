import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { currentProcess } from '../record/host-info.js';
import { withResumeLock } from './resume-lock.js';

const child = fileURLToPath(new URL('./take-turns.test.child.js', import.meta.url));

describe('withResumeLock', () => {
  const folder = useTemporaryFolder();
  const run = () => ({ path: folder(), experiment: 'mnist', number: 1 });
  const turn = (number: number) => join(folder(), '.resume-lock', String(number));
  const nothing = async () => 'done';

  async function leaveTurn(owner: object, age = 0): Promise<void> {
    await mkdir(turn(1), { recursive: true });
    const file = join(turn(1), 'owner.json');
    await writeFile(file, JSON.stringify(owner));
    const time = new Date(Date.now() - age);
    await utimes(file, time, time);
  }

  it('admits one process at a time, and takes over from processes that died in their turn', async function () {
    this.timeout(60_000);
    const children = Array.from({ length: 8 }, (_, index) => {
      const words = [child, folder(), '5', index % 3 === 0 ? 'die' : 'live'];
      return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    });
    const printed: string[] = [];
    const ends = children.map(async (process) => {
      process.stdout.on('data', (text) => printed.push(...String(text).trim().split('\n')));
      const [status, signal] = await once(process, 'close');
      return status ?? signal;
    });
    expect(await Promise.all(ends)).to.deep.equal(['SIGKILL', 0, 0, 'SIGKILL', 0, 0, 'SIGKILL', 0]);
    expect(printed).to.have.lengthOf(40);
    expect(new Set(printed)).to.deep.equal(new Set(['alone']));
    await withResumeLock(run(), nothing);
    expect(await readdir(join(folder(), '.resume-lock'))).to.have.lengthOf(1);
  });

  it('refuses during the turn of another process, naming its PID and host', async () => {
    const error = await withResumeLock(run(), () => failureOf(() => withResumeLock(run(), nothing, { waitMs: 100 })));
    expect([error.code, error.message]).to.deep.equal([
      'RUN_LOCKED',
      `mnist/1 is locked by process ${process.pid} on ${hostname()}.`,
    ]);
    expect(await withResumeLock(run(), nothing)).to.equal('done');
  });

  it('waits for a turn that ends soon', async () => {
    const order: string[] = [];
    const first = withResumeLock(run(), async () => {
      await delay(100);
      order.push('first');
    });
    while (!(await readdir(join(folder(), '.resume-lock')).catch(() => [''])).includes('1')) await delay(1);
    await withResumeLock(run(), async () => void order.push('second'));
    await first;
    expect(order).to.deep.equal(['first', 'second']);
  });

  it('ends the turn when the work fails', async () => {
    const error = await withResumeLock(run(), () => Promise.reject(new Error('no luck'))).catch(String);
    expect(error).to.equal('Error: no luck');
    expect(await withResumeLock(run(), nothing)).to.equal('done');
  });

  it('watches a turn of another host, whatever its clock, and takes over when it does not end', async () => {
    const elsewhere = { ...currentProcess(), host: 'elsewhere' };
    for (const age of [0, 61_000, 3_600_000, -3_600_000]) {
      await leaveTurn(elsewhere, age);
      const order: string[] = [];
      const ended = delay(150).then(async () => {
        order.push('other');
        await writeFile(join(turn(1), 'done'), '');
      });
      await withResumeLock(run(), async () => void order.push('own'), { waitMs: 10, watchMs: 30_000 });
      await ended;
      expect(order, `${age} ms`).to.deep.equal(['other', 'own']);
      await rm(join(folder(), '.resume-lock'), { recursive: true });

      await leaveTurn(elsewhere, age);
      const begin = performance.now();
      expect(await withResumeLock(run(), nothing, { watchMs: 200 })).to.equal('done');
      expect(performance.now() - begin).to.be.at.least(200);
      await rm(join(folder(), '.resume-lock'), { recursive: true });
    }
  });

  it('does not watch a turn of another host that is a day old', async () => {
    await leaveTurn({ ...currentProcess(), host: 'elsewhere' }, 25 * 3_600_000);
    expect(await withResumeLock(run(), nothing, { watchMs: 3_600_000 })).to.equal('done');
  });

  it('takes over from a process whose PID was reused, and from a turn whose owner is unknown', async () => {
    await leaveTurn({ ...currentProcess(), startTime: 0, birth: `${currentProcess().birth}0` });
    expect(await withResumeLock(run(), nothing)).to.equal('done');
    await writeFile(join(turn(2), 'owner.json'), '');
    expect(await withResumeLock(run(), nothing)).to.equal('done');
  });

  it('ignores folders with numbers too high for a turn', async () => {
    for (const number of [1_000_000, 1_000_000_000, 999_999_999_999_999])
      await mkdir(turn(number), { recursive: true });
    expect(await withResumeLock(run(), nothing, { waitMs: 100 })).to.equal('done');
    expect((await readdir(join(folder(), '.resume-lock'))).sort()).to.deep.equal([
      '1',
      '1000000',
      '1000000000',
      '999999999999999',
    ]);
  }).timeout(5_000);

  it('refuses a lock folder with the highest turn number', async () => {
    await mkdir(turn(999_999), { recursive: true });
    const error = await failureOf(() => withResumeLock(run(), nothing));
    expect([error.code, error.message]).to.deep.equal([
      'RUN_INVALID',
      `mnist/1 cannot be locked: ${turn(999_999)} has the highest number.`,
    ]);
  });

  it('reports when the run cannot be written to', async () => {
    await writeFile(join(folder(), 'a file'), '');
    const error = await failureOf(() => withResumeLock({ ...run(), path: join(folder(), 'a file') }, nothing));
    expect(error.code).to.equal('FILE_SYSTEM');
  });
});
