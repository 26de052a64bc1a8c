import type { RandomStream } from '../random/random-stream.js';
import { CallLimit } from './call-limit.js';
import { checkCount, failedAt } from './check.js';
import type { Dataset } from './dataset.js';
import { IndexedDataset, isPromise } from './indexed.js';
import { iterate } from './iterate.js';

export interface MapContext {
  readonly epoch: number;
  /** The element's index in the epoch, as this map receives it. */
  readonly index: number;
  /** Random numbers for this element, a pure function of the map's seed, the epoch and the index. */
  readonly random: RandomStream;
}

/**
 * Converts one element. For a run to resume exactly it must depend only on its arguments: it is called again for
 * elements that are read again, not called for skipped elements, and, if asynchronous, called for several elements
 * concurrently.
 */
export type MapFunction<T, U> = (element: T, context: MapContext) => U | Promise<U>;

export interface MapOptions {
  /** Seed of `random`. Default: 0. */
  readonly seed?: number;
  /**
   * Maximum concurrent calls of an asynchronous function, over data with random access. Default: 64. Limits open files,
   * sockets and memory, however large a batch is.
   */
  readonly concurrency?: number;
}

const defaultConcurrency = 64;

export function map<T, U>(
  source: Dataset<T>,
  fn: MapFunction<T, U>,
  random: RandomStream,
  concurrency = defaultConcurrency,
): Dataset<U> {
  checkCount('The concurrency of a map', concurrency, 1);
  if (source instanceof IndexedDataset) {
    return new IndexedDataset<U>(source.length, (epoch) => {
      const elements = source.openEpoch(epoch);
      const call = caller(fn, epoch, random, concurrency);
      return {
        at(index) {
          const element: T | Promise<T> = elements.at(index);
          return isPromise(element) ? element.then((settled) => call(settled, index)) : call(element, index);
        },
      };
    });
  }
  return {
    length: source.length,
    async *read({ epoch, skip }) {
      const call = caller(fn, epoch, random, concurrency);
      let index = skip;
      for await (const element of iterate(source, { epoch, skip })) yield await call(element, index++);
    },
  };
}

function caller<T, U>(fn: MapFunction<T, U>, epoch: number, random: RandomStream, concurrency: number) {
  const limit = new CallLimit(concurrency);
  const epochRandom = random.child(epoch);
  return (element: T, index: number): U | Promise<U> => {
    const fail = (error: unknown): never => {
      throw failedAt('map function', index, epoch, error);
    };
    try {
      // A new child each time, so that a retry gets the same random numbers.
      const result = limit.call(() => fn(element, { epoch, index, random: epochRandom.child(index) }));
      return isPromise(result) ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}
