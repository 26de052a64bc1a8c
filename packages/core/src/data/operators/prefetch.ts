import { checkCount } from '../check.js';
import type { Dataset, Reader } from '../dataset.js';

/**
 * Reads up to `count` elements ahead while the consumer processes the current one. Reading ahead starts on the next
 * turn of the event loop, so that the consumer's work starts first.
 */
export function prefetch<T>(source: Dataset<T>, count: number): Dataset<T> {
  checkCount('The number of elements to prefetch', count, 1);
  return { length: source.length, read: (position) => new AheadReader(source.read(position), () => count) };
}

/** Reads ahead by overlapping calls of `next`. It yields in order: an error after the elements before it, then nothing. */
export class AheadReader<T> implements Reader<T> {
  readonly #source: Reader<T>;
  /** How many elements to read ahead, asked before each. */
  readonly #count: () => number;
  readonly #ahead: Promise<IteratorResult<T, unknown>>[] = [];
  /** How many results the consumer has taken from `#ahead`. */
  #taken = 0;
  #scheduled: NodeJS.Immediate | undefined;
  /** Whether the source has ended or failed, or the consumer has stopped. */
  #ended = false;

  constructor(source: Reader<T>, count: () => number) {
    this.#source = source;
    this.#count = count;
  }

  next(): Promise<IteratorResult<T, unknown>> {
    if (this.#ahead.length === 0) this.#readOne();
    const result = this.#ahead.shift();
    if (result === undefined) return Promise.resolve({ done: true, value: undefined });
    this.#taken++;
    if (this.#count() === 0) return result;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      while (!this.#ended && this.#ahead.length < this.#count()) this.#readOne();
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
    const place = this.#taken + this.#ahead.length;
    const reading = (async () => this.#source.next())();
    // The consumer gets an error from the queue; this chain only detects the end.
    reading.then(
      ({ done }) => {
        if (done) this.#ended = true;
      },
      () => {
        this.#ended = true;
        this.#ahead.splice(Math.max(0, place + 1 - this.#taken));
      },
    );
    this.#ahead.push(reading);
  }
}
