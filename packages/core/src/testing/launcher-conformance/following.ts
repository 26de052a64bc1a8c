import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { LauncherSubject } from './subject.js';

/** How the output and the end of one job are followed. */
export function describeFollowing({ options, launcher, submit, until }: LauncherSubject): void {
  /** Attaches to a job and collects its output by stream. */
  async function attach(id: string) {
    const text = { stdout: '', stderr: '' };
    const launched = await launcher().attach(id, (bytes, stream) => {
      text[stream] += Buffer.from(bytes).toString('utf8');
    });
    return { launched, text, all: () => text.stdout + text.stderr };
  }

  it('passes on the output of a job from its start, by stream, and its exit status', async () => {
    const batch = await submit([
      { waits: true, stdout: 'first\n', stderr: 'warning\n', status: 5 },
      { stdout: 'other' },
    ]);
    await until('its start', async () => (await batch.starts(0)).length === 1);
    const { launched, text, all } = await attach(batch.ids[0]!);
    ok(launched.id !== '');
    await until('its output', () => all().length === 'first\nwarning\n'.length);
    await batch.release(0);
    strictEqual(await launched.wait(), 5);
    if (options.mergesOutput === true) ok(['first\nwarning\n', 'warning\nfirst\n'].includes(all()), all());
    else deepStrictEqual(text, { stdout: 'first\n', stderr: 'warning\n' });
    strictEqual(await launched.wait(), 5, 'the second time');
  });

  it('passes on all output before it reports the end, and that of an ended job', async () => {
    const long = `${'x'.repeat(79)}\n`.repeat(2000);
    const { ids } = await submit([{ stdout: long }, { stdout: 'two\n', status: 1 }]);
    const one = await attach(ids[0]!);
    strictEqual(await one.launched.wait(), 0);
    ok(one.all() === long, `${one.all().length} of ${long.length} characters`);
    const two = await attach(ids[1]!);
    strictEqual(await two.launched.wait(), 1);
    const again = await attach(ids[1]!);
    strictEqual(await again.launched.wait(), 1);
    strictEqual(again.all(), 'two\n');
  });

  it('reports a crash as a shell does', async () => {
    const { ids } = await submit([{ stdout: 'so far\n', signal: 'SIGKILL' }]);
    const { launched, all } = await attach(ids[0]!);
    strictEqual(await launched.wait(), 137);
    strictEqual(all(), 'so far\n');
  });

  it('stops the job in order, and at once the second time', async () => {
    const batch = await submit([{ waits: true }, { waits: true, stubborn: true }]);
    const orderly = await attach(batch.ids[0]!);
    await until('its start', async () => (await batch.starts(0)).length === 1);
    await orderly.launched.cancel();
    strictEqual(await orderly.launched.wait(), 143);
    strictEqual(await batch.saved(0), 'saved');
    const stubborn = await attach(batch.ids[1]!);
    await until('its start', async () => (await batch.starts(1)).length === 1);
    await stubborn.launched.cancel();
    await stubborn.launched.cancel();
    ok((await stubborn.launched.wait()) !== 0);
  });

  it('fails for a job that it does not know', async () => {
    const error = await launcher()
      .attach('no-such-job', () => undefined)
      .then(
        (launched) => launched.wait(),
        (thrown: unknown) => thrown,
      )
      .catch((thrown: unknown) => thrown);
    ok(error instanceof Error, `it gave ${error}`);
  });
}
