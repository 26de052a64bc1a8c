import { deepStrictEqual } from 'node:assert/strict';
import { captured, sameState } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** The effects of disposing a session or an engine. */
export function describeDisposing({ engine, open, restart, dispose, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;

  test('a session may be disposed twice without affecting others', async () => {
    const [remaining, disposed] = [await open({ dropout }), await open({ dropout, seed: 5 })];
    await train(remaining, 0, 2);
    await train(disposed, 0, 2);
    await dispose(disposed);
    await dispose(disposed);
    await train(remaining, 2, 4);
    const state = await captured(remaining);
    const alone = await open({ dropout });
    await train(alone, 0, 4);
    sameState(state, await captured(alone), 'trained while another session was opened and disposed');
  });

  test('a capture outlives its session', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await session.capture();
    const copy = await captured(session);
    await dispose(session);
    const other = await open({ seed: 6 });
    await train(other, 0, 2);
    sameState(state, copy, 'captured before its session was disposed');
  });

  test('a disposed and restarted engine computes the same bits', async () => {
    const trained = async () => {
      const session = await open({ dropout, seed: 8 });
      const stats = await train(session, 0, 5);
      return { stats, state: await captured(session) };
    };
    const { info } = engine();
    const first = await trained();
    await restart();
    deepStrictEqual(engine().info, info, 'the info of the restarted engine differs');
    const again = await trained();
    deepStrictEqual(again.stats, first.stats);
    sameState(again.state, first.state, 'trained on the restarted engine');
  });
}
