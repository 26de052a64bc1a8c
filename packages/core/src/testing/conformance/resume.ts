import { deepStrictEqual } from 'node:assert/strict';
import type { TrainSession } from '../../backend/backend.js';
import { conformanceBatch } from './support/batches.js';
import { listedOptimizers } from './support/options.js';
import { captured, sameState, sameTensor } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** A resumed training is the same as an uninterrupted one. */
export function describeResume({ open, dispose, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;

  test('two live sessions do not affect each other', async () => {
    const alone = await open({ dropout });
    await train(alone, 0, 6);
    const expected = await captured(alone);
    await dispose(alone);
    const [a, b] = [await open({ dropout }), await open({ dropout, seed: 99 })];
    for (let step = 0; step < 6; step++) {
      await train(a, step, step + 1);
      await train(b, step, step + 1);
    }
    sameState(await captured(a), expected, 'trained along with another session');
  });

  for (const optimizer of listedOptimizers(options)) {
    const label = optimizer === undefined ? '' : `${optimizer}: `;

    test(`${label}capture and restore are exact`, async () => {
      const session = await open({ dropout, optimizer });
      await train(session, 0, 4);
      const state = await captured(session);
      await train(session, 4, 7);
      await session.restore(state);
      sameState(await captured(session), state, 'restored');
    });

    test(`${label}stopped at a step and resumed, it ends with the same bits`, async () => {
      const straight = await open({ dropout, optimizer });
      const stats = await train(straight, 0, 12);
      const expected = await captured(straight);
      const outputs = await straight.predict(conformanceBatch(3));
      for (const [at, used] of [
        [5, false],
        [1, true],
        [0, true],
      ] as const) {
        const stopped = await open({ dropout, optimizer });
        await train(stopped, 0, at);
        const state = await captured(stopped);
        await dispose(stopped);
        const resumed = await open({ dropout, optimizer });
        // A used session must discard all its state, including hidden counters.
        if (used) await train(resumed, 0, 3);
        await resumed.restore(state);
        deepStrictEqual(await train(resumed, at, 12), stats, `the metrics of step 12, resumed at ${at}`);
        sameState(await captured(resumed), expected, `resumed at ${at}`);
        await sameOutputs(resumed, outputs);
        await dispose(resumed);
      }
    }, ['exact-resume']);
  }
}

async function sameOutputs(
  session: TrainSession,
  expected: Awaited<ReturnType<TrainSession['predict']>>,
): Promise<void> {
  const outputs = await session.predict(conformanceBatch(3));
  for (const name in expected) sameTensor(outputs[name]!, expected[name]!, `the output ${name} after resuming`);
}
