import { ok } from 'node:assert/strict';
import type { SessionState } from '../../backend/backend.js';
import { captured, copyOf, sameState } from './states.js';
import { type Subject, train } from './subject.js';

/** What is captured belongs to whoever asked: it is moved to other threads, kept, and written over. */
export function describeCapturing({ open, test }: Subject): void {
  test('a capture can be moved to another thread, and training goes on as if it had not been', async () => {
    const [straight, moved] = [await open(), await open()];
    for (let step = 0; step < 3; step++) {
      await train(straight, step, step + 1);
      await train(moved, step, step + 1);
      moveAway(await moved.capture());
    }
    sameState(await captured(moved), await captured(straight), 'trained on after captures were moved');
  });

  test('a capture may use the memory of an earlier one, and is the same then', async () => {
    const session = await open();
    const earlier = await session.capture();
    await train(session, 0, 3);
    const expected = await captured(session);
    sameState(copyOf(await session.capture(earlier)), expected, 'captured into memory of an earlier one');
    await train(session, 3, 4);
    const last = await captured(session);
    await session.restore(expected);
    await train(session, 3, 4);
    sameState(await captured(session), last, 'trained on after memory was used again');
  });

  test('a capture aside is of the moment it was asked for, though steps go on', async (skip) => {
    const session = await open();
    if (session.captureAside === undefined) return skip('it has none');
    await train(session, 0, 2);
    const expected = await captured(session);
    const aside = session.captureAside();
    await train(session, 2, 4);
    const state = await aside;
    sameState(copyOf(state), expected, 'captured aside');
    moveAway(state);
    const waited = await captured(session);
    sameState(copyOf(await session.captureAside()), waited, 'captured aside, and no step after it');
    const straight = await open();
    await train(straight, 0, 4);
    sameState(waited, await captured(straight), 'trained on after a capture aside');
  });
}

/** Takes the memory away from this thread, as moving it to another does; what is a part of other memory stays. */
function moveAway({ parameters, optimizer }: SessionState): void {
  const whole = [...parameters.values(), ...optimizer.values()].map(({ bytes }) => bytes);
  const memory = new Set(
    whole.filter(({ length, buffer }) => length === buffer.byteLength).map(({ buffer }) => buffer),
  );
  for (const buffer of memory) {
    ok(buffer instanceof ArrayBuffer, 'the memory of a capture is shared');
    structuredClone(buffer, { transfer: [buffer] });
  }
}
