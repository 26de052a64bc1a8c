import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { TransferredState } from '../../checkpoint/store/train-state.js';
import { details, overwrite, sameState, stateOf, stateWithAverage } from './sample-states.js';
import { failsWith, type StoreSubject } from './subject.js';

/** Elements of each tensor: few, and as many as a store may write on another thread. */
const sizes = { small: 100, large: 2_000_000 };

/** A store and its caller do not share memory: neither what is saved, nor what is loaded. */
export function describeStoreMemory({ open }: StoreSubject): void {
  it('save keeps nothing of the memory it was given, and changes nothing in it', async () => {
    const store = await open();
    const state = stateOf(1);
    await store.save(state, details);
    sameState(state, stateOf(1));
    overwrite(state);
    sameState((await store.load(1)).state, stateOf(1));
  });

  it('load gives memory of its own each time', async () => {
    const store = await open();
    await store.save(stateOf(1), details);
    const first = await store.load(1);
    const second = await store.load(1);
    overwrite(first.state);
    sameState(second.state, stateOf(1));
    sameState((await store.load(1)).state, stateOf(1));
  });

  for (const [size, length] of Object.entries(sizes)) {
    it(`saveAsync saves a ${size} state, and gives its memory back for the next`, async () => {
      const store = await open();
      const given: TransferredState = { state: stateOf(1, 1, length) };
      await store.saveAsync(given, details);
      sameState(given.state, stateOf(1, 1, length));
      const next = stateOf(2, 2, length);
      for (const tensors of ['parameters', 'optimizer'] as const) {
        for (const [name, { bytes }] of next[tensors]) given.state[tensors].get(name)!.bytes.set(bytes);
      }
      given.state = { ...given.state, step: 2, data: next.data };
      await store.saveAsync(given, details);
      overwrite(given.state);
      for (const step of [1, 2]) sameState((await store.load(step)).state, stateOf(step, step, length));
      deepStrictEqual(await store.steps(), [1, 2]);
    });

    it(`saveAsync gives a ${size} state back where it has failed, and saves it once it is right`, async () => {
      const store = await open();
      const given: TransferredState = { state: stateOf(1, 1, length) };
      const element = () => given.state.optimizer.get('layer/w/m')!.bytes.subarray(0, 4);
      element().set([0, 0, 0xc0, 0x7f]);
      await failsWith('LOSS_NOT_FINITE', () => store.saveAsync(given, details));
      strictEqual(element().length, 4, 'the memory did not come back');
      element().set([0, 0, 0x80, 0xbf]);
      await store.saveAsync(given, details);
      sameState((await store.load(1)).state, stateOf(1, 1, length));
    });
  }

  it('saveAsync gives the memory of moving averages back', async () => {
    const store = await open();
    const given: TransferredState = { state: stateWithAverage(1, 1, sizes.large) };
    await store.saveAsync(given, details);
    sameState(given.state, stateWithAverage(1, 1, sizes.large));
    overwrite(given.state);
    sameState((await store.load(1)).state, stateWithAverage(1, 1, sizes.large));
  });

  it('savesOnThread is true during saveAsync at most', async () => {
    const store = await open();
    ok(!store.savesOnThread);
    await store.saveAsync({ state: stateOf(1, 1, sizes.large) }, details);
    ok(!store.savesOnThread);
    await store.load(1);
    ok(!store.savesOnThread);
  });
}
