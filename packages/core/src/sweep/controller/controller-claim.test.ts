import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { currentProcess } from '../../run/record/host-info.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { controllerName } from '../record/read-controller.js';
import { claimSweep } from './controller-claim.js';

const child = fileURLToPath(new URL('../../run/lock/beat.test.child.js', import.meta.url));
const minute = 60_000;
const day = 24 * 60 * minute;

describe('claimSweep', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  const file = () => join(folder(), controllerName);
  const owner = JSON.stringify({ ...currentProcess(), host: 'elsewhere', token: 'theirs' });
  let live: ChildProcess | undefined;
  afterEach(() => live?.kill('SIGKILL'));

  /** Another host controls the sweep. @param offset of its clock, ms */
  async function startBeating(offset: number): Promise<void> {
    const args = [child, folder(), owner, String(offset), controllerName];
    live = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(live.stdout!, 'data');
  }

  async function leaveDead(age: number): Promise<void> {
    await writeFile(file(), owner);
    const time = (Date.now() - age) / 1000;
    await utimes(file(), time, time);
  }

  for (const offset of [0, -12 * 60 * minute, 2 * day]) {
    it(`refuses a controller of another host whose clock is off by ${offset / 1000} s, until it has ended`, async () => {
      await startBeating(offset);
      const error = await failureOf(() => claimSweep(folder(), { watchMs: 20_000 }));
      expect([error.code, error.message]).to.deep.equal([
        'RUN_LOCKED',
        `The sweep ${basename(folder())} is controlled by process ${process.pid} on elsewhere.`,
      ]);
      const end = once(live!, 'close');
      live!.kill('SIGKILL');
      await end;
      expect(await readFile(file(), 'utf8')).to.equal(owner);
      const messages: string[] = [];
      const claim = await claimSweep(folder(), { watchMs: 100, say: (message) => messages.push(message) });
      expect(messages).to.deep.equal([
        `Checking whether ${basename(folder())} is still controlled by a process on host elsewhere …`,
      ]);
      await claim.check();
      const { host, pid } = currentProcess();
      expect(JSON.parse(await readFile(file(), 'utf8'))).to.deep.include({ host, pid });
    });
  }

  it('does not watch a controller that was silent for more than a day', async () => {
    await leaveDead(day + minute);
    await (await claimSweep(folder(), { watchMs: day })).check();
  });

  it('is lost to a controller that takes the sweep over, and then neither checks nor releases', async () => {
    const claim = await claimSweep(folder(), { watchMs: day });
    await claim.beat();
    await writeFile(file(), owner);
    const error = await failureOf(() => claim.check());
    expect(`${error.code} ${error.message}`).to.match(/^RUN_LOCKED The sweep .* on elsewhere\.$/);
    await claim.release();
    expect(await readFile(file(), 'utf8')).to.equal(owner);
  });

  it('has one owner, of many that try at once', async () => {
    await leaveDead(0);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => claimSweep(folder(), { watchMs: 200 })));
    const claims = tries.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    const holds = await Promise.allSettled(claims.map((claim) => claim.check()));
    expect(holds.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1);
    for (const { status, reason } of tries as PromiseRejectedResult[]) {
      if (status === 'rejected') expect(reason).to.have.property('code', 'RUN_LOCKED');
    }
    for (const claim of claims) await claim.release();
    expect(await readdir(folder())).not.to.include(controllerName);
  });
});
