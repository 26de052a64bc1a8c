import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { LauncherSubject } from './subject.js';

const wait = { waits: true } as const;

/** What it reports of jobs. */
export function describeJobStates({ launcher, open, submit, reaches, until }: LauncherSubject): void {
  it('reports the exit status of each job, in the order of the ids', async () => {
    const { ids } = await submit([{ status: 3 }, {}, { status: 77 }]);
    for (const id of ids) await reaches(id, 'ended');
    const states = await launcher().query([ids[2]!, ids[0]!, ids[1]!]);
    deepStrictEqual(
      states.map(({ state, status }) => [state, status]),
      [
        ['ended', 77],
        ['ended', 3],
        ['ended', 0],
      ],
    );
  });

  it('says that a job runs until it has ended', async () => {
    const batch = await submit([wait, {}]);
    await reaches(batch.ids[0]!, 'running');
    await reaches(batch.ids[1]!, 'ended');
    const [state] = await launcher().query(batch.ids);
    deepStrictEqual([state!.state, state!.status], ['running', null]);
    await batch.release(0);
    deepStrictEqual((await reaches(batch.ids[0]!, 'ended')).status, 0);
  });

  for (const [signal, status] of [
    ['SIGKILL', 137],
    ['SIGSEGV', 139],
    ['SIGABRT', 134],
  ] as const) {
    it(`reports a job that ${signal} ended, with a reason, and goes on`, async () => {
      const { ids } = await submit([{ signal }, {}]);
      const crashed = await reaches(ids[0]!, 'ended');
      strictEqual(crashed.status, status);
      ok(crashed.reason !== null && crashed.reason !== '', 'it has no reason');
      strictEqual((await reaches(ids[1]!, 'ended')).status, 0);
      const after = await submit([{}]);
      strictEqual((await reaches(after.ids[0]!, 'ended')).status, 0);
    });
  }

  it('does not know the ids of others', async () => {
    const { ids } = await submit([{}]);
    await reaches(ids[0]!, 'ended');
    const foreign = ['no-such-job', '', '999999999', 'process 1'];
    const states = await launcher().query([foreign[0]!, ids[0]!, ...foreign.slice(1)]);
    deepStrictEqual(
      states.map(({ state }) => state),
      ['unknown', 'ended', 'unknown', 'unknown', 'unknown'],
    );
    for (const state of states.filter(({ state }) => state === 'unknown')) strictEqual(state.status, null);
    deepStrictEqual(await launcher().query([]), []);
  });

  it('answers another process by id, which knows of the end at the latest once the launcher is closed', async () => {
    const batch = await submit([wait]);
    const [id] = batch.ids as [string];
    await reaches(id, 'running');
    const other = await open();
    await reaches(id, 'running', other);
    await batch.release(0);
    await reaches(id, 'ended');
    await launcher().close?.();
    await until('its end', async () => ['ended', 'unknown'].includes((await other.query([id]))[0]!.state));
    await other.close?.();
  });

  it('announces the end of a job, also one before it was waited for', async function () {
    if (launcher().changed === undefined) {
      this.test!.title += ' (skipped: it announces nothing)';
      this.skip();
    }
    const controller = new AbortController();
    const batch = await submit([wait]);
    await reaches(batch.ids[0]!, 'running');
    let ended = false;
    const following = (async () => {
      while (!ended) {
        await launcher().changed!(controller.signal);
        ended = (await launcher().query(batch.ids))[0]!.state === 'ended';
      }
    })();
    await batch.release(0);
    await until('the announcement', () => ended);
    await following;
    const next = await submit([{}]);
    await until('its start', async () => (await next.starts(0)).length === 1);
    while ((await launcher().query(next.ids))[0]!.state !== 'ended') await launcher().changed!(controller.signal);
    const silent = launcher().changed!(controller.signal).then(
      () => true,
      () => true,
    );
    controller.abort();
    ok(await silent);
  });
}
