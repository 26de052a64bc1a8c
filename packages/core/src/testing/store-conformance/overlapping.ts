import { deepStrictEqual, ok } from 'node:assert/strict';
import { details, sameState, stateOf } from './sample-states.js';
import type { StoreSubject } from './subject.js';

/** Several at once. */
export function describeStoreOverlapping({ open }: StoreSubject): void {
  it('answers reads that overlap', async () => {
    const store = await open();
    for (const step of [1, 2]) await store.save(stateOf(step), details);
    const reads = Array.from({ length: 8 }, async (_, index) => {
      const step = 1 + (index % 2);
      const [loaded, info, steps] = await Promise.all([
        store.load(step),
        store.info(step),
        store.steps(),
        store.check(step),
      ]);
      sameState(loaded.state, stateOf(step));
      deepStrictEqual(info, loaded.info);
      deepStrictEqual(steps, [1, 2]);
    });
    await Promise.all(reads);
  });

  it('has one whole checkpoint of a step at every moment of its replacement, for another reader too', async () => {
    const [writer, reader] = [await open(), await open()];
    await writer.save(stateOf(5, 0), details);
    let saving = true;
    let loads = 0;
    const reading = (async () => {
      for (; saving; loads++) {
        deepStrictEqual(await reader.steps(), [5]);
        const { state } = await reader.load(5);
        const value = new Float64Array(state.parameters.get('layer/b')!.bytes.slice().buffer)[0]!;
        ok(value >= 0 && value <= 20, `it loaded ${value}`);
        sameState(state, stateOf(5, value));
      }
    })();
    // A failed read is reported after the saves.
    reading.catch(() => undefined);
    for (let value = 1; value <= 20; value++) await writer.save(stateOf(5, value), details);
    saving = false;
    await reading;
    ok(loads > 0);
    sameState((await reader.load(5)).state, stateOf(5, 20));
  });
}
