import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { realpath } from 'node:fs/promises';
import { jobLauncherPort } from '../../train/launch/job-launcher.js';
import type { LauncherSubject, TestBatch } from './subject.js';

const wait = { waits: true } as const;

/** What is started, and how often. */
export function describeSubmitting({ launcher, open, submit, prepare, reaches, until, moment }: LauncherSubject): void {
  const running = async ({ starts }: TestBatch, count: number) => {
    const each = await Promise.all(Array.from({ length: count }, (_, index) => starts(index)));
    return each.filter(({ length }) => length > 0).length;
  };

  it('has the literal port version, and a number of slots or null', () => {
    const { port, slots, pollSeconds } = launcher();
    strictEqual(port, jobLauncherPort);
    ok(slots === null || (Number.isSafeInteger(slots) && slots > 0), `its slots are ${slots}`);
    ok(pollSeconds === undefined || pollSeconds > 0, `its pollSeconds are ${pollSeconds}`);
  });

  it('starts each job of a batch once, in its directory and with its environment', async () => {
    const batch = await submit([{}, { status: 3 }, {}]);
    for (const id of batch.ids) await reaches(id, 'ended');
    const directory = await realpath(batch.batch.directory);
    for (const index of batch.ids.keys()) {
      const starts = await batch.starts(index);
      strictEqual(starts.length, 1, `job ${index} was started ${starts.length} times`);
      deepStrictEqual(starts[0]!.split(' ').slice(1), [directory, 'hello'], `job ${index}`);
    }
  });

  it('gives each job of each batch an id of its own, in one line', async () => {
    const [one, two] = [await submit([{}, {}]), await submit([{}, {}])];
    const ids = [...one.ids, ...two.ids];
    for (const id of ids) ok(/^\S.*$/.test(id) && !id.includes('\n'), `the id ${JSON.stringify(id)} is not one line`);
    strictEqual(new Set(ids).size, 4, `two jobs have one id: ${ids.join(', ')}`);
    for (const id of ids) await reaches(id, 'ended');
    for (const batch of [one, two])
      deepStrictEqual([(await batch.starts(0)).length, (await batch.starts(1)).length], [1, 1]);
  });

  it('runs as many at once as it has slots, and the others after them', async () => {
    const slots = launcher().slots ?? 2;
    const batch = await submit(Array.from({ length: slots + 1 }, () => wait));
    await until(`${slots} running jobs`, async () => (await running(batch, slots + 1)) >= slots);
    await moment();
    if (launcher().slots !== null) strictEqual(await running(batch, slots + 1), slots, 'more run than it has slots');
    for (const index of batch.ids.keys()) await batch.release(index);
    for (const id of batch.ids) strictEqual((await reaches(id, 'ended')).status, 0);
    strictEqual(await running(batch, slots + 1), slots + 1);
  });

  it('runs no more of a batch at once than its throttle', async () => {
    const batch = await submit([wait, wait], { throttle: 1 });
    await until('a running job', async () => (await running(batch, 2)) > 0);
    // A job submitted later has the free slot, which the second job would have had. On a busy machine a moment is not enough.
    const later = (launcher().slots ?? 1) > 1 ? await submit([wait]) : undefined;
    if (later)
      await until('a second running job', async () => (await running(batch, 2)) + (await running(later, 1)) > 1);
    await moment();
    strictEqual(await running(batch, 2), 1, 'both run at once');
    await later?.release(0);
    for (const index of [0, 1]) await batch.release(index);
    for (const id of [...batch.ids, ...(later?.ids ?? [])]) await reaches(id, 'ended');
  });

  it('finds nothing of a batch that was never submitted, and the ids of one that was, or nothing', async () => {
    const never = await prepare([{}]);
    strictEqual(await launcher().find(never), null);
    const batch = await submit([wait, wait]);
    const found = await (await open()).find(batch.batch);
    if (found !== null) deepStrictEqual(found, batch.ids);
    strictEqual(await launcher().find(never), null);
    for (const index of [0, 1]) await batch.release(index);
    for (const id of batch.ids) await reaches(id, 'ended');
  });

  it('lets running jobs go on after close, which may be called twice', async () => {
    const batch = await submit([wait]);
    await until('its start', async () => (await batch.starts(0)).length === 1);
    await launcher().close?.();
    await launcher().close?.();
    await moment();
    strictEqual(await batch.saved(0), undefined, 'it was stopped');
    await batch.release(0);
    strictEqual((await reaches(batch.ids[0]!, 'ended')).status, 0);
  });
}
