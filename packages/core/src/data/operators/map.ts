import type { RandomStream } from '../../random/random-stream.js';
import { CallLimit } from '../call-limit.js';
import { checkCount, failedAt } from '../check.js';
import type { Dataset, EpochPosition, Reader } from '../dataset.js';
import { IndexedDataset, isPromise } from '../indexed.js';
import { ElementContext, type ElementOrigin, type MapContext } from './map-context.js';
import { AheadReader } from './prefetch.js';

/**
 * Converts one element. For a run to resume exactly it must depend only on its arguments: it is called again for
 * elements that are read again, not called for skipped elements, and, if asynchronous, called for several elements
 * concurrently.
 */
export type MapFunction<T, U> = (element: T, context: MapContext) => U | Promise<U>;

/** A map function that is prepared and checked before its first call, when the dataset is opened. */
export interface OpenedFunction {
  open(): Promise<void>;
}

export function isOpened(fn: unknown): fn is OpenedFunction {
  return typeof (fn as Partial<OpenedFunction>).open === 'function';
}

export interface MapOptions {
  /** Seed of `random`. Default: 0. */
  readonly seed?: number;
  /**
   * Maximum concurrent calls of an asynchronous function. Default: 64. Limits open files, sockets and memory: over data
   * with random access however large a batch is; over a stream it is also how many elements are read ahead.
   */
  readonly concurrency?: number;
}

const defaultConcurrency = 64;

/** What a map calls for each element. */
export interface Mapping<T, U> {
  /** For messages: `map function`. */
  readonly name: string;
  readonly fn: MapFunction<T, U>;
  readonly random: RandomStream;
  readonly concurrency?: number | undefined;
}

export function map<T, U>(source: Dataset<T>, mapping: Mapping<T, U>): Dataset<U> {
  const { concurrency = defaultConcurrency } = mapping;
  checkCount('The concurrency of a map', concurrency, 1);
  if (source instanceof IndexedDataset) {
    return new IndexedDataset<U>(source.length, (epoch) => {
      const elements = source.openEpoch(epoch);
      const calls = new EpochCalls(mapping, epoch, concurrency);
      return {
        at(index) {
          const element: T | Promise<T> = elements.at(index);
          return isPromise(element)
            ? element.then((settled) => calls.call(settled, index))
            : calls.call(element, index);
        },
        dependsOnEpoch: () => calls.usedEpoch || elements.dependsOnEpoch(),
      };
    });
  }
  return { length: source.length, read: (position) => readMapped(source, mapping, position, concurrency) };
}

/** Reads ahead once a call was asynchronous, so that up to `concurrency` calls are in progress; in the order of the source. */
function readMapped<T, U>(
  source: Dataset<T>,
  mapping: Mapping<T, U>,
  { epoch, skip }: EpochPosition,
  concurrency: number,
): Reader<U> {
  const calls = new EpochCalls(mapping, epoch, concurrency);
  const reader = source.read({ epoch, skip });
  let index = skip;
  const mapped: Reader<U> = {
    async next() {
      const at = index++;
      const result = await reader.next();
      return result.done ? result : { done: false, value: await calls.call(result.value, at) };
    },
    return: () => reader.return?.(),
  };
  return new AheadReader(mapped, () => (calls.asynchronous ? concurrency - 1 : 0));
}

/** The calls of a map in one epoch. */
class EpochCalls<T, U> implements ElementOrigin {
  usedEpoch = false;
  /** Whether a call returned a promise. */
  asynchronous = false;
  readonly #mapping: Mapping<T, U>;
  readonly #limit: CallLimit;
  readonly #random: RandomStream;

  constructor(
    mapping: Mapping<T, U>,
    readonly epoch: number,
    concurrency: number,
  ) {
    this.#mapping = mapping;
    this.#limit = new CallLimit(concurrency);
    this.#random = mapping.random.child(epoch);
  }

  call(element: T, index: number): U | Promise<U> {
    const { fn, name } = this.#mapping;
    const fail = (error: unknown): never => {
      throw failedAt(name, index, this.epoch, error);
    };
    try {
      // A new context each time, so that a retry gets the same random numbers.
      const result = this.#limit.call(() => fn(element, new ElementContext(index, this)));
      if (!isPromise(result)) return result;
      this.asynchronous = true;
      return result.catch(fail);
    } catch (error) {
      return fail(error);
    }
  }

  randomOf(index: number): RandomStream {
    return this.#random.child(index);
  }
}
