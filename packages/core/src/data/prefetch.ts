import { checkCount } from './check.js';
import type { Dataset, Reader } from './dataset.js';

/**
 * Reads up to `count` elements ahead while the consumer processes the current one. Reading ahead starts on the next
 * turn of the event loop, so that the consumer's work starts first.
 */
export function prefetch<T>(source: Dataset<T>, count: number): Dataset<T> {
  checkCount('The number of elements to prefetch', count, 1);
  return { length: source.length, read: (position) => new PrefetchReader(source.read(position), count) };
}

class PrefetchReader<T> implements Reader<T> {
  readonly #source: Reader<T>;
  readonly #count: number;
  readonly #ahead: Promise<IteratorResult<T, unknown>>[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  /** Whether the source has ended or failed, or the consumer has stopped. */
  #ended = false;

  constructor(source: Reader<T>, count: number) {
    this.#source = source;
    this.#count = count;
  }

  next(): Promise<IteratorResult<T, unknown>> {
    if (this.#ahead.length === 0) this.#readOne();
    const result = this.#ahead.shift() ?? Promise.resolve({ done: true, value: undefined } as const);
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      while (!this.#ended && this.#ahead.length < this.#count) this.#readOne();
    });
    return result;
  }

  async return(): Promise<void> {
    this.#ended = true;
    this.#ahead.length = 0;
    clearImmediate(this.#scheduled);
    await this.#source.return?.();
  }

  #readOne(): void {
    if (this.#ended) return;
    const reading = (async () => this.#source.next())();
    // The consumer gets an error from the queue; this chain only detects the end.
    reading.then(
      ({ done }) => {
        if (done) this.#ended = true;
      },
      () => {
        this.#ended = true;
      },
    );
    this.#ahead.push(reading);
  }
}
