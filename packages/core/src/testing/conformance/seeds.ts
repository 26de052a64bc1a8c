import { notDeepStrictEqual, ok } from 'node:assert/strict';
import type { SessionState } from '../../backend/backend.js';
import { conformanceBatch } from './support/batches.js';
import { numbersOf } from './support/numbers-of.js';
import { captured, sameParameters, sameState } from './support/states.js';
import { type Subject, train } from './support/subject.js';

/** The same seed gives the same bits; another seed gives other initial values and dropout masks. */
export function describeSeeds({ open, dispose, test, options }: Subject): void {
  const dropout = options.cannot?.dropout === undefined;

  test('the same seed gives the same bits, another seed different ones', async () => {
    const trained = async (seed: number) => {
      const session = await open({ dropout, seed });
      await train(session, 0, 5);
      return captured(session);
    };
    const first = await trained(11);
    sameState(await trained(11), first, 'trained again with the same seed');
    ok(!sameParameters(await trained(12), first), 'another seed leads to the same parameters');
  });

  test('the same seed gives the same initial values, whatever was built and trained before', async () => {
    const first = await captured(await open({ seed: 21 }));
    await train(await open({ seed: 22, dropout }), 0, 2);
    sameState(await captured(await open({ seed: 21 })), first, 'built again with the same seed');
  });

  test('another seed changes every randomly initialized parameter', async () => {
    const states: SessionState[] = [];
    const seeds = [31, 32, 31 + 2 ** 20];
    for (const seed of seeds) {
      const session = await open({ seed });
      states.push(await captured(session));
      await dispose(session);
    }
    const random = [...states[0]!.parameters].filter(([, value]) => new Set(numbersOf(value)).size > 1);
    ok(random.length > 0, 'no parameter is randomly initialized');
    for (const [name] of random) {
      const values = states.map(({ parameters }) => numbersOf(parameters.get(name)!));
      for (const at of [1, 2]) {
        notDeepStrictEqual(
          values[at],
          values[0],
          `${name} has the same initial values with the seeds ${seeds[0]} and ${seeds[at]}`,
        );
      }
    }
  });

  test('another seed drops other units in the same step', async () => {
    const [a, b] = [await open({ dropout: true, seed: 41 }), await open({ dropout: true, seed: 42 })];
    await b.restore(await captured(a));
    const losses = [];
    for (const session of [a, b]) {
      losses.push((await session.step(conformanceBatch(0), { step: 3, metrics: true })).loss);
    }
    notDeepStrictEqual(losses[1], losses[0], 'the seeds 41 and 42 drop the same units in step 3');
  }, ['dropout']);

  test('the same seed drops the same units in the same step, also in another session', async () => {
    const [a, b] = [await open({ dropout: true, seed: 43 }), await open({ dropout: true, seed: 43 })];
    await train(b, 0, 2);
    await b.restore(await captured(a));
    for (const session of [a, b]) await session.step(conformanceBatch(0), { step: 3, metrics: false });
    sameState(await captured(b), await captured(a), 'step 3 of another session');
  }, ['dropout']);
}
