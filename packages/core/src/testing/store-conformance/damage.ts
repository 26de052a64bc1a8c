import { deepStrictEqual } from 'node:assert/strict';
import { latestValid } from '../../checkpoint/latest-valid.js';
import { details, sameState, stateOf } from './sample-states.js';
import { failsWith, type StoreSubject } from './subject.js';

/** A byte that changed. */
export function describeStoreDamage({ options, folder, open }: StoreSubject): void {
  for (const work of ['check', 'load'] as const) {
    it(`${work} finds a flipped byte of a tensor: CHECKPOINT_CORRUPT`, async () => {
      const store = await open();
      for (const step of [1, 2]) await store.save(stateOf(step), details);
      await store[work](2);
      await options.corrupt(folder(), 2);
      await failsWith('CHECKPOINT_CORRUPT', () => store[work](2));
      await store[work](1);
    });
  }

  it('a resume finds the newest checkpoint that loads', async () => {
    const store = await open();
    for (const step of [1, 2, 3]) await store.save(stateOf(step), details);
    for (const step of [2, 3]) await options.corrupt(folder(), step);
    const { state, skipped } = await latestValid(await open(), folder());
    sameState(state, stateOf(1));
    deepStrictEqual(
      skipped.map(({ step }) => step),
      [3, 2],
    );
  });

  it('a corrupt checkpoint can be removed, and saved again', async () => {
    const store = await open();
    await store.save(stateOf(1), details);
    await options.corrupt(folder(), 1);
    await store.save(stateOf(1, 2), details);
    sameState((await store.load(1)).state, stateOf(1, 2));
    await options.corrupt(folder(), 1);
    await store.remove(1);
    deepStrictEqual(await store.steps(), []);
  });
}
