import type { Reader } from '../../data/dataset.js';
import type { Batch } from '../../tensor/tensor-data.js';

/** Batches read before they are needed, while the engine works on those before. */
export class ReadAhead {
  readonly #reader: Reader<Batch>;
  readonly #waiting: Batch[] = [];
  #ended = false;
  #failure: { readonly cause: unknown } | undefined;

  constructor(reader: Reader<Batch>) {
    this.#reader = reader;
  }

  /** The next batch, which stays the next one; undefined at the end, or where `fill` has not been called. */
  get next(): Batch | undefined {
    return this.#waiting[0];
  }

  take(): Batch | undefined {
    return this.#waiting.shift();
  }

  /**
   * Reads until `count` batches wait or the data ends; as soon as `working` says no, one is enough.
   * @throws whatever the data throws, once all that was read before it has been taken.
   */
  fill(count: number, working: () => boolean): void | Promise<void> {
    while (this.#wants(count, working)) {
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
    this.#raise();
  }

  async #fillSlowly(
    first: Promise<IteratorResult<Batch, unknown>>,
    count: number,
    working: () => boolean,
  ): Promise<void> {
    try {
      this.#add(await first);
      while (this.#wants(count, working)) this.#add(await this.#reader.next());
    } catch (error) {
      this.#failure = { cause: error };
    }
    this.#raise();
  }

  #wants(count: number, working: () => boolean): boolean {
    if (this.#ended || this.#failure !== undefined) return false;
    return this.#waiting.length === 0 || (this.#waiting.length < count && working());
  }

  #add(read: IteratorResult<Batch, unknown>): void {
    if (read.done === true) this.#ended = true;
    else this.#waiting.push(read.value);
  }

  #raise(): void {
    if (this.#failure !== undefined && this.#waiting.length === 0) throw this.#failure.cause;
  }
}
