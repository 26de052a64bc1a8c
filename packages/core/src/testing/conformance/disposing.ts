import { deepStrictEqual } from 'node:assert/strict';
import { captured, sameState } from './states.js';
import { type Subject, train } from './subject.js';

/** What is left when a session or an engine is let go. */
export function describeDisposing({ engine, open, restart, dispose, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;

  test('a session may be disposed of twice, and the others go on', async () => {
    const [stays, goes] = [await open({ dropout }), await open({ dropout, seed: 5 })];
    await train(stays, 0, 2);
    await train(goes, 0, 2);
    await dispose(goes);
    await dispose(goes);
    await train(stays, 2, 4);
    const state = await captured(stays);
    const alone = await open({ dropout });
    await train(alone, 0, 4);
    sameState(state, await captured(alone), 'trained while another session came and went');
  });

  test('what was captured outlives its session', async () => {
    const session = await open();
    await train(session, 0, 2);
    const state = await session.capture();
    const asItWas = await captured(session);
    await dispose(session);
    const other = await open({ seed: 6 });
    await train(other, 0, 2);
    sameState(state, asItWas, 'captured before its session was disposed of');
  });

  test('an engine disposed of and started again computes the same bits', async () => {
    const trained = async () => {
      const session = await open({ dropout, seed: 8 });
      const stats = await train(session, 0, 5);
      return { stats, state: await captured(session) };
    };
    const { info } = engine();
    const first = await trained();
    await restart();
    deepStrictEqual(engine().info, info, 'the engine started again says something else of itself');
    const again = await trained();
    deepStrictEqual(again.stats, first.stats);
    sameState(again.state, first.state, 'trained on the engine started again');
  });
}
