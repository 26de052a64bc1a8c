import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePlace } from '../../tensor/file-place.js';
import type { DType } from '../../tensor/tensor-data.js';
import {
  details,
  nanWords,
  sameState,
  stateOf,
  stateOfAllTypes,
  stateWithAverage,
  tensorOfBits,
} from './sample-states.js';
import { failsWith, type StoreSubject } from './subject.js';

/** What is saved comes back. */
export function describeStoreSaving({ open }: StoreSubject): void {
  it('loads every dtype as it was saved, bit for bit', async () => {
    const store = await open();
    await store.save(stateOfAllTypes(3), details);
    sameState((await store.load(3)).state, stateOfAllTypes(3));
  });

  it('a second store of the folder loads what the first has saved', async () => {
    await (await open()).save(stateOfAllTypes(3), details);
    sameState((await (await open()).load(3)).state, stateOfAllTypes(3));
  });

  it('loads engine, metrics and JSON state as they were saved', async () => {
    const store = await open();
    const before = Date.now();
    await store.save(stateOf(4), details);
    const { info } = await store.load(4);
    const { engine, metrics, metricSteps, state } = details;
    const { step, data, random } = stateOf(4);
    const { time, ...rest } = info;
    deepStrictEqual(rest, { step, data, random, engine, metrics, metricSteps, state });
    ok(Date.parse(time) >= before - 1 && Date.parse(time) <= Date.now() + 1, `its time is ${time}`);
  });

  it('loads moving averages as they were saved, apart from the optimizer slots', async () => {
    const store = await open();
    await store.save(stateWithAverage(3), details);
    await store.saveAsync({ state: stateWithAverage(4) }, details);
    for (const step of [3, 4]) sameState((await store.load(step)).state, stateWithAverage(step));
    sameState((await (await open()).load(4)).state, stateWithAverage(4));
  });

  it('replaces a checkpoint of the same step', async () => {
    const store = await open();
    await store.save(stateOf(4, 1), details);
    await store.save(stateOf(4, 2), { ...details, metrics: { train: { loss: 2 } } });
    deepStrictEqual(await store.steps(), [4]);
    sameState((await store.load(4)).state, stateOf(4, 2));
    deepStrictEqual((await store.info(4)).metrics, { train: { loss: 2 } });
    sameState((await (await open()).load(4)).state, stateOf(4, 2));
  });

  for (const save of ['save', 'saveAsync'] as const) {
    for (const dtype of Object.keys(nanWords) as DType[]) {
      it(`${save} refuses a NaN of ${dtype} as LOSS_NOT_FINITE, and keeps the checkpoint there was`, async () => {
        const store = await open();
        await store.save(stateOf(4, 1), details);
        for (const word of nanWords[dtype]!) {
          for (const tensors of ['parameters', 'optimizer', 'ema'] as const) {
            const state = { ...stateOf(4, 2), [tensors]: new Map([['bad', tensorOfBits(dtype, word)]]) };
            await failsWith('LOSS_NOT_FINITE', () =>
              save === 'save' ? store.save(state, details) : store.saveAsync({ state }, details),
            );
          }
        }
        sameState((await store.load(4)).state, stateOf(4, 1));
      });
    }
  }

  it("keeps the backend's own files in the checkpoint's folder, made once it is known where parameters are", async () => {
    const store = await open();
    const asked: { readonly name: string; readonly places: ReadonlyMap<string, FilePlace> }[] = [];
    const saved = await store.save(stateOf(4), {
      ...details,
      files(parameters) {
        asked.push(parameters);
        return new Map([['model.graph', Buffer.from('a graph')]]);
      },
    });
    ok(asked.length > 0, 'the files were not asked for');
    const { path } = await store.load(4);
    for (const folder of [saved, path]) strictEqual(await readFile(join(folder, 'model.graph'), 'utf8'), 'a graph');
    const { name, places } = asked.at(-1)!;
    const file = await readFile(join(path, name));
    for (const [parameter, { bytes }] of stateOf(4).parameters) {
      const { offset, length } = places.get(parameter)!;
      strictEqual(file.subarray(offset, offset + length).equals(bytes), true, `${parameter} is not at its place`);
    }
  });
}
