import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dataset, Reader } from '../dataset.js';
import { IndexedDataset, isPromise } from '../indexed.js';
import { AheadReader } from './prefetch.js';

/** Asynchronous elements that are read at once. */
const readAhead = 64;
/** Synchronous elements between two turns of the event loop, so that a signal is noticed. */
const elementsPerTurn = 4096;

/**
 * Passes every element of epoch 0 to a function, in order; waits where it is asynchronous. Stops early at the first sign
 * that other epochs have other elements.
 * @returns whether every epoch has the same elements; false for a stream, where that is unknown
 */
export async function readAll<T>(source: Dataset<T>, use: (element: T, index: number) => unknown): Promise<boolean> {
  const indexed = source instanceof IndexedDataset;
  const elements = indexed ? source.openEpoch(0) : undefined;
  const dataset = elements === undefined ? source : new IndexedDataset(source.length!, () => elements);
  let reader: Reader<T> = dataset.read({ epoch: 0, skip: 0 });
  let ahead = false;
  try {
    for (let index = 0; ; index++) {
      let result = reader.next();
      if (isPromise(result)) {
        result = await result;
        if (indexed && !ahead) reader = new AheadReader(reader, () => readAhead);
        ahead = true;
      } else if (index % elementsPerTurn === 0) {
        await nextTurn();
      }
      // After each of the first elements, since most are of one kind.
      if ((index < 8 || index % elementsPerTurn === 0) && elements?.dependsOnEpoch()) return false;
      if (result.done) break;
      const used = use(result.value, index);
      if (used instanceof Promise) await used;
    }
  } finally {
    await reader.return?.();
  }
  return elements !== undefined && !elements.dependsOnEpoch();
}
