import type { RandomStream } from '../random/random-stream.js';
import { CallLimit } from './call-limit.js';
import { checkCount, failedAt } from './check.js';
import type { Dataset } from './dataset.js';
import { IndexedDataset, isPromise } from './indexed.js';
import { iterate } from './iterate.js';

export interface MapContext {
  readonly epoch: number;
  /** The element's place in the epoch, as it comes to this map. */
  readonly index: number;
  /** Random numbers for this element: a pure function of the map's seed, the epoch and the index. */
  readonly random: RandomStream;
}

/**
 * Makes one element of another. For a run to resume exactly it must depend on nothing but its arguments: it is
 * called anew for elements that are read again, not called for elements that are skipped, and, where it is
 * asynchronous, called for several elements at once.
 */
export type MapFunction<T, U> = (element: T, context: MapContext) => U | Promise<U>;

export interface MapOptions {
  /** The seed of `random`; 0 by default. */
  readonly seed?: number;
  /**
   * How many calls of an asynchronous function may be at work at once, where elements can be had by index. 64 by
   * default: files, sockets and memory are bounded, however large a batch is.
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
      const elements = source.open(epoch);
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
      // Random numbers from their start, also where it is called again.
      const result = limit.call(() => fn(element, { epoch, index, random: epochRandom.child(index) }));
      return isPromise(result) ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}
