import { checkOptions, type NoOptions } from '../errors/check-options.js';
import { RandomStream } from '../random/random-stream.js';
import { type Batched, type BatchOptions, batch } from './batch.js';
import { checkCount } from './check.js';
import type { Dataset, EpochPosition, Reader } from './dataset.js';
import { iterate } from './iterate.js';
import { LazyDataset } from './lazy-dataset.js';
import { type MapFunction, type MapOptions, map } from './map.js';
import { prefetch } from './prefetch.js';
import { repeat } from './repeat.js';
import { type ShuffleOptions, shuffle } from './shuffle.js';
import { take } from './take.js';

/**
 * A dataset with chainable operators. Each operator works on the elements at its place in the chain (a shuffle after a
 * batch shuffles batches) and returns a new dataset.
 *
 * Reading from a position yields exactly what reading from the start yields after that many elements. Over arrays a
 * skip is free; over a generator it runs the generator again and discards.
 */
export class Pipeline<T> implements Dataset<T> {
  readonly #source: LazyDataset<T>;
  /** Number of maps in the chain: two maps with the same seed must not draw the same numbers. */
  readonly #maps: number;

  private constructor(source: LazyDataset<T>, maps: number) {
    this.#source = source;
    this.#maps = maps;
  }

  /** Adds the operators to any dataset. */
  static from<T>(dataset: Dataset<T>): Pipeline<T> {
    return dataset instanceof Pipeline ? dataset : new Pipeline(LazyDataset.of(dataset), 0);
  }

  /** Adds the operators to a dataset that has to be opened first, at the first read or by `open`. */
  static lazy<T>(open: () => Promise<Dataset<T>>): Pipeline<T> {
    const unwrapped = async () => {
      const dataset = await open();
      return dataset instanceof Pipeline ? dataset.#source.open() : dataset;
    };
    return new Pipeline(new LazyDataset(unwrapped), 0);
  }

  get length(): number | undefined {
    return this.#source.opened?.length;
  }

  /** Opens the files and fits the preprocessing that it reads through; then `length` is known, if it can be. */
  async open(): Promise<void> {
    await this.#source.open();
  }

  read({ epoch, skip }: EpochPosition): Reader<T> {
    checkCount('The epoch', epoch, 0);
    checkCount('The number of elements to skip', skip, 0);
    return this.#source.read({ epoch, skip });
  }

  /** One epoch for use in `for await`. */
  epoch(epoch: number, skip = 0): AsyncIterable<T> {
    return iterate(this, { epoch, skip });
  }

  /** Shuffles each epoch in a different order: as a whole with random access, otherwise through a buffer. */
  shuffle(seed: number, options?: ShuffleOptions): Pipeline<T> {
    return this.#then((source) => shuffle(source, seed, options));
  }

  /** Stacks `size` elements at a time into batches of new arrays; the last may be smaller. */
  batch(size: number, options?: BatchOptions): Pipeline<Batched<T>> {
    return this.#then((source) => batch(source, size, options));
  }

  /** Converts each element; `fn` may be asynchronous, and gets reproducible random numbers. */
  map<U>(fn: MapFunction<T, U>, options: MapOptions = {}): Pipeline<U> {
    checkOptions(options, ['seed', 'concurrency'], { of: 'map(fn, options)' });
    const random = RandomStream.of(options.seed ?? 0, 'map').child(this.#maps);
    return this.#then((source) => map(source, fn, random, options.concurrency), 1);
  }

  /** The first `count` elements of each epoch. */
  take(count: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'take(count)' });
    return this.#then((source) => take(source, count));
  }

  /** Joins `times` passes into one epoch, each pass in its own order. Default: the epoch never ends. */
  repeat(times?: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'repeat(times)' });
    return this.#then((source) => repeat(source, times));
  }

  /** Reads up to `count` elements ahead of the consumer. Put it last: operators after it have no random access. */
  prefetch(count: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'prefetch(count)' });
    return this.#then((source) => prefetch(source, count));
  }

  #then<U>(operator: (source: Dataset<T>) => Dataset<U>, maps = 0): Pipeline<U> {
    return new Pipeline(this.#source.map(operator), this.#maps + maps);
  }
}
