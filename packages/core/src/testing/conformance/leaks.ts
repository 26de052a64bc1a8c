import { ok, strictEqual } from 'node:assert/strict';
import { conformanceBatch } from './support/batches.js';
import { type Activity, activities } from './support/leak-activities.js';
import { growthOf, heldBytes } from './support/process-memory.js';
import { type Subject, train } from './support/subject.js';

/** Enough for an array to be allocated outside the heap, where it is counted exactly. */
const rows = 64;
const calls = 30;
/** Less than the smallest array outside the heap. */
const allowedBytes = 48;

const settleEvery = 16;

/** Nothing leaks, by the engine's own count and by the memory of the process. */
export function describeLeaks(subject: Subject): void {
  const { open, dispose, test, options } = subject;
  const dropout = options.cannot?.dropout === undefined;
  const anySize = options.cannot?.['other-batch-size'] === undefined;
  const opened = async () => {
    const session = await open({ dropout });
    await train(session, 0, 3);
    return session;
  };

  test('liveTensors counts another session until it is disposed', async () => {
    const session = await opened();
    const count = counter(session);
    const before = count();
    ok(Number.isInteger(before) && before > 0, `with one live session it counts ${before}`);
    const other = await opened();
    ok(count() > before, `with another live session it counts ${count()}, without it ${before}`);
    await dispose(other);
    strictEqual(count(), before, 'after the other session was disposed');
  }, ['live-tensors']);

  for (const { title, run, supported } of activities(subject, 8)) {
    test(
      `${title} leak no tensors, by liveTensors`,
      async (skip) => {
        const session = await opened();
        if (supported?.(session) === false) return skip('its sessions do not support it');
        const count = counter(session);
        for (let turn = 0; turn < 3; turn++) await run(session, 3 + turn);
        const settled = count();
        for (let turn = 0; turn < 20; turn++) await run(session, 6 + turn);
        strictEqual(count(), settled, `after 20 ${title}`);
      },
      ['live-tensors'],
    );
  }

  test('steps, evaluations, predictions, captures, restores and refusals leak no arrays in the process', async () => {
    const session = await opened();
    const done = activities(subject, anySize ? rows : 8).filter(({ supported }) => supported?.(session) !== false);
    const growth = (list: readonly Activity[], often = calls) => {
      const once = async (turn: number) => {
        for (const { run } of list) await run(session, turn);
      };
      return growthOf(once, often, 'arrays', allowedBytes);
    };
    const together = await growth(done);
    if (together <= allowedBytes) return;
    // Something leaks: find out which of them.
    const leaking = [];
    for (const activity of done) {
      const bytes = await growth([activity], 8);
      if (bytes > allowedBytes) leaking.push(`${activity.title} leak ${Math.round(bytes)} bytes each`);
    }
    ok(false, leaking.join('; ') || `done one after the other, they leak ${Math.round(together)} bytes each time`);
  });

  test('steps without metrics do not pile up: few batches are held after many', async () => {
    const session = await opened();
    const size = anySize ? rows : 8;
    const steps = async (from: number, to: number) => {
      for (let step = from; step < to; step++) {
        await session.step(conformanceBatch(step, size), { step, metrics: false });
        // As often as the core does.
        if (step % settleEvery === 0) await session.settle?.();
      }
    };
    await steps(0, 40);
    const before = await heldBytes('arrays');
    await steps(40, 168);
    const { x, y } = conformanceBatch(0, size);
    const batches = ((await heldBytes('arrays')) - before) / (x!.bytes.length + y!.bytes.length);
    ok(batches < 2 * settleEvery, `after 128 more steps, ${Math.round(batches)} more batches are held`);
  });

  if (options.cannot?.['live-tensors'] !== undefined && anySize) {
    test('steps, evaluations and predictions of large batches do not grow the process', async () => {
      const session = await opened();
      const batch = conformanceBatch(0, 4096);
      const once = async (step: number) => {
        await session.step(batch, { step, metrics: step % 2 === 0 });
        await session.evaluate(batch);
        await session.predict({ x: batch.x! });
      };
      const allowed = batch.y!.bytes.length / 2;
      const bytes = await growthOf(once, calls, 'process', allowed);
      ok(bytes <= allowed, `the process grows by ${Math.round(bytes)} bytes each time`);
    });
  }
}

function counter(session: { liveTensors?(): number }): () => number {
  ok(
    session.liveTensors,
    "there is no liveTensors: if the engine cannot count, give the reason as cannot['live-tensors']",
  );
  return () => session.liveTensors!();
}
