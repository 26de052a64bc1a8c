import { ok, strictEqual } from 'node:assert/strict';
import type { LauncherSubject } from './subject.js';

const wait = { waits: true } as const;

/** How jobs are cancelled. */
export function describeStopping({ launcher, open, submit, reaches, until, moment }: LauncherSubject): void {
  it('cancels in order: a job saves before it ends, and the others go on', async () => {
    const batch = await submit([wait, wait]);
    const [stopped, other] = batch.ids as [string, string];
    await until(
      'their start',
      async () => (await batch.starts(0)).length === 1 && (await batch.starts(1)).length === 1,
    );
    await launcher().cancel([stopped]);
    await reaches(stopped, 'ended');
    strictEqual(await batch.saved(0), 'saved');
    await moment();
    strictEqual((await launcher().query([other]))[0]!.state, 'running');
    strictEqual(await batch.saved(1), undefined, 'the other job was stopped too');
    await batch.release(1);
    strictEqual((await reaches(other, 'ended')).status, 0);
  });

  it('ends a job at once that does not stop', async () => {
    const batch = await submit([{ ...wait, stubborn: true }]);
    await until('its start', async () => (await batch.starts(0)).length === 1);
    await launcher().cancel(batch.ids);
    await moment();
    strictEqual((await launcher().query(batch.ids))[0]!.state, 'running', 'it was ended by the first cancel');
    await launcher().cancel(batch.ids, { now: true });
    ok((await reaches(batch.ids[0]!, 'ended')).status !== 0);
    const after = await submit([{}]);
    strictEqual((await reaches(after.ids[0]!, 'ended')).status, 0);
  });

  for (const now of [false, true]) {
    it(`never starts a job that was cancelled ${now ? 'at once ' : ''}while it waited`, async () => {
      const batch = await submit([wait, {}, {}], { throttle: 1 });
      await until('the first start', async () => (await batch.starts(0)).length === 1);
      await launcher().cancel([batch.ids[1]!], { now });
      await batch.release(0);
      strictEqual((await reaches(batch.ids[2]!, 'ended')).status, 0);
      await reaches(batch.ids[1]!, 'ended');
      strictEqual((await batch.starts(1)).length, 0, 'it was started');
    });
  }

  it('does nothing for jobs that have ended, and those of others', async () => {
    const { ids } = await submit([{}]);
    await reaches(ids[0]!, 'ended');
    for (const now of [false, true]) await launcher().cancel([ids[0]!, 'no-such-job', ''], { now });
    await launcher().cancel([]);
    strictEqual((await launcher().query(ids))[0]!.status, 0);
  });

  it('cancels the job of another process by its id', async () => {
    const batch = await submit([wait]);
    await until('its start', async () => (await batch.starts(0)).length === 1);
    const other = await open();
    await other.cancel(batch.ids);
    await reaches(batch.ids[0]!, 'ended');
    strictEqual(await batch.saved(0), 'saved');
    await other.close?.();
  });
}
