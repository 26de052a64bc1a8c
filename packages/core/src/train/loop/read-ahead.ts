import type { Reader } from '../../data/dataset.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** Reads batches ahead while the engine is running. */
export class ReadAhead {
  readonly #reader: Reader<Batch>;
  readonly #waiting: Batch[] = [];
  #ended = false;
  #failure: { readonly cause: unknown } | undefined;

  constructor(reader: Reader<Batch>) {
    this.#reader = reader;
  }

  /** The next batch, without taking it; undefined at the end, or before `fill` is called. */
  get next(): Batch | undefined {
    return this.#waiting[0];
  }

  take(): Batch | undefined {
    return this.#waiting.shift();
  }

  /**
   * Reads until `count` batches are buffered or the data ends; one batch is enough once `working` returns false.
   * @throws the error of the data, once all batches before it have been taken.
   */
  fill(count: number, working: () => boolean): void | Promise<void> {
    while (this.#needsMore(count, working)) {
      let read: IteratorResult<Batch, unknown> | Promise<IteratorResult<Batch, unknown>>;
      try {
        read = this.#reader.next();
      } catch (error) {
        this.#failure = { cause: error };
        break;
      }
      if (read instanceof Promise) return this.#fillSlowly(read, count, working);
      this.#add(read);
    }
    this.#throwFailure();
  }

  async #fillSlowly(
    first: Promise<IteratorResult<Batch, unknown>>,
    count: number,
    working: () => boolean,
  ): Promise<void> {
    try {
      this.#add(await first);
      while (this.#needsMore(count, working)) this.#add(await this.#reader.next());
    } catch (error) {
      this.#failure = { cause: error };
    }
    this.#throwFailure();
  }

  #needsMore(count: number, working: () => boolean): boolean {
    if (this.#ended || this.#failure !== undefined) return false;
    return this.#waiting.length === 0 || (this.#waiting.length < count && working());
  }

  #add(read: IteratorResult<Batch, unknown>): void {
    if (read.done === true) this.#ended = true;
    else this.#waiting.push(read.value);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined && this.#waiting.length === 0) throw this.#failure.cause;
  }
}
