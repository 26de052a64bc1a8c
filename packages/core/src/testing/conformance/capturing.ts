import { ok } from 'node:assert/strict';
import type { SessionState } from '../../backend/backend.js';
import { captured, copyOf, sameState } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** The caller owns a capture: it may transfer it to other threads, keep it, and overwrite it. */
export function describeCapturing({ open, test }: Subject): void {
  test('a capture can be transferred to another thread without affecting training', async () => {
    const [straight, transferring] = [await open(), await open()];
    for (let step = 0; step < 3; step++) {
      await train(straight, step, step + 1);
      await train(transferring, step, step + 1);
      transfer(await transferring.capture());
    }
    sameState(
      await captured(transferring),
      await captured(straight),
      'trained further after captures were transferred',
    );
  });

  test('a capture may reuse the memory of an earlier one', async () => {
    const session = await open();
    const earlier = await session.capture();
    await train(session, 0, 3);
    const expected = await captured(session);
    sameState(copyOf(await session.capture(earlier)), expected, 'captured into reused memory');
    await train(session, 3, 4);
    const last = await captured(session);
    await session.restore(expected);
    await train(session, 3, 4);
    sameState(await captured(session), last, 'trained further after memory was reused');
  });

  test('captureAside captures the state at its call, while steps continue', async (skip) => {
    const session = await open();
    if (session.captureAside === undefined) return skip('it has none');
    await train(session, 0, 2);
    const expected = await captured(session);
    const capture = session.captureAside();
    await train(session, 2, 4);
    const state = await capture;
    sameState(copyOf(state), expected, 'captured asynchronously');
    transfer(state);
    const settled = await captured(session);
    sameState(copyOf(await session.captureAside()), settled, 'captured asynchronously, without a step after it');
    const straight = await open();
    await train(straight, 0, 4);
    sameState(settled, await captured(straight), 'trained further after an asynchronous capture');
  });

  test('captureAside keeps a state until it is released, whatever happens meanwhile', async (skip) => {
    const session = await open();
    if (session.captureAside === undefined) return skip('it has none');
    await train(session, 0, 2);
    const earlier = await captured(session);
    const state = await session.captureAside();
    await train(session, 2, 5);
    const later = await captured(session);
    const second = await session.captureAside();
    await train(session, 5, 6);
    sameState(copyOf(state), earlier, 'captured, four steps later');
    await session.restore(later);
    sameState(copyOf(state), earlier, 'captured, after another state was restored');
    await train(session, 5, 6);
    sameState(copyOf(state), earlier, 'captured, after steps from there');
    sameState(copyOf(second), later, 'captured while another one was kept');
    for (const kept of [state, second, state]) kept.release?.();
    await session.restore(earlier);
    await train(session, 2, 5);
    sameState(await captured(session), later, 'trained further after states were released');
    const third = await session.captureAside();
    // Of a state that has been given back already.
    state.release?.();
    await train(session, 5, 6);
    sameState(copyOf(third), later, 'captured after others were released');
    third.release?.();
  });
}

/** Detaches the memory from this thread, as a transfer to another does, except for views of larger buffers. */
function transfer({ parameters, optimizer }: SessionState): void {
  const whole = [...parameters.values(), ...optimizer.values()].map(({ bytes }) => bytes);
  const memory = new Set(
    whole.filter(({ length, buffer }) => length === buffer.byteLength).map(({ buffer }) => buffer),
  );
  for (const buffer of memory) {
    ok(buffer instanceof ArrayBuffer, 'the memory of a capture is shared');
    structuredClone(buffer, { transfer: [buffer] });
  }
}
