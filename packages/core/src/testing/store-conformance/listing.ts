import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { details, sameState, stateOf } from './sample-states.js';
import { failsWith, type StoreSubject } from './subject.js';

/** What there is, and what is gone. */
export function describeStoreListing({ folder, open }: StoreSubject): void {
  it('lists no step before something is saved', async () => {
    deepStrictEqual(await (await open()).steps(), []);
  });

  it('lists the steps ascending as numbers, whatever the order they were saved in', async () => {
    const store = await open();
    for (const step of [100, 9, 0, 20]) await store.save(stateOf(step), details);
    deepStrictEqual(await store.steps(), [0, 9, 20, 100]);
    deepStrictEqual(await (await open()).steps(), [0, 9, 20, 100]);
  });

  it('lists complete checkpoints only: none that failed, no foreign file, no empty folder', async () => {
    const store = await open();
    await store.save(stateOf(5), details);
    const bad = stateOf(6, Number.NaN);
    await failsWith('LOSS_NOT_FINITE', () => store.save(bad, details));
    await failsWith('LOSS_NOT_FINITE', () => store.saveAsync({ state: bad }, details));
    await mkdir(join(folder(), '7'), { recursive: true });
    await writeFile(join(folder(), '8'), 'a file');
    await writeFile(join(folder(), 'notes.txt'), 'a file');
    deepStrictEqual(await store.steps(), [5]);
    deepStrictEqual(await (await open()).steps(), [5]);
  });

  it('removes a checkpoint and no other; a second time changes nothing', async () => {
    const store = await open();
    for (const step of [1, 10, 100]) await store.save(stateOf(step), details);
    await store.remove(10);
    await store.remove(10);
    await store.remove(7);
    deepStrictEqual(await store.steps(), [1, 100]);
    deepStrictEqual(await (await open()).steps(), [1, 100]);
    await failsWith('CHECKPOINT_NOT_FOUND', () => store.load(10));
    for (const step of [1, 100]) sameState((await store.load(step)).state, stateOf(step));
    await store.save(stateOf(10, 3), details);
    sameState((await store.load(10)).state, stateOf(10, 3));
  });

  it('info gives what load gives, without the tensors', async () => {
    const store = await open();
    await store.save(stateOf(4), details);
    const info = await store.info(4);
    deepStrictEqual(info, (await store.load(4)).info);
    const fields = ['data', 'engine', 'metricSteps', 'metrics', 'random', 'state', 'step', 'time'];
    deepStrictEqual(Object.keys(info).sort(), fields);
  });

  for (const work of ['load', 'info', 'check'] as const) {
    it(`${work} of a step that does not exist fails with CHECKPOINT_NOT_FOUND`, async () => {
      const store = await open();
      await failsWith('CHECKPOINT_NOT_FOUND', () => store[work](1));
      await store.save(stateOf(1), details);
      await failsWith('CHECKPOINT_NOT_FOUND', () => store[work](11));
      await store[work](1);
    });
  }

  it('close ends what saving needed, and may be called twice, or before anything', async () => {
    const unused = await open();
    await unused.close();
    const store = await open();
    await store.saveAsync({ state: stateOf(1) }, details);
    await store.close();
    await store.close();
    strictEqual(store.savesOnThread, false);
    sameState((await (await open()).load(1)).state, stateOf(1));
  });
}
