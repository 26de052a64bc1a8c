import { notDeepStrictEqual } from 'node:assert/strict';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import { listedOptimizers } from './support/options.js';
import { captured, sameState } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** State that depends on evaluations, such as a learning rate that falls on a plateau. */
export function describeObserving({ open, dispose, test, options }: Subject): void {
  test(
    'observed evaluations are part of the state, also within the patience of a plateau',
    async (skip) => {
      let observing = 0;
      for (const optimizer of listedOptimizers(options)) {
        const straight = await open({ optimizer });
        if (straight.observe !== undefined) {
          observing++;
          await resumesObservations(straight, optimizer);
        }
        await dispose(straight);
      }
      if (observing === 0) return skip('no optimizer in `optimizers` observes evaluations');
    },
    ['exact-resume'],
  );

  async function resumesObservations(straight: TrainSession, optimizer: string | undefined): Promise<void> {
    const [better, resumed] = [await open({ optimizer }), await open({ optimizer })];
    await trainObserving(straight, 0, 12, worse);
    await trainObserving(better, 0, 12, (step) => 1 / (1 + step));
    const expected = await captured(straight);
    const what = `${optimizer}: twelve evaluations with a rising loss changed nothing`;
    notDeepStrictEqual(parametersOf(await captured(better)), parametersOf(expected), what);
    for (const at of [1, 2, 3, 6]) {
      const stopped = await open({ optimizer });
      await trainObserving(stopped, 0, at, worse);
      const state = await captured(stopped);
      await dispose(stopped);
      await trainObserving(resumed, 0, 5, (step) => 100 + step);
      await resumed.restore(state);
      await trainObserving(resumed, at, 12, worse);
      sameState(await captured(resumed), expected, `${optimizer}: resumed after ${at} evaluations`);
    }
  }
}

const worse = (step: number) => 1 + step;

/** Trains, and after each step observes an evaluation with this loss. */
async function trainObserving(
  session: TrainSession,
  from: number,
  to: number,
  loss: (step: number) => number,
): Promise<void> {
  for (let step = from; step < to; step++) {
    await train(session, step, step + 1);
    session.observe!({ loss: loss(step) });
  }
}

function parametersOf({ parameters }: SessionState): number[][] {
  return [...parameters.values()].map(({ bytes }) => [...bytes]);
}
