export interface BatcherOptions<Item, Result> {
  /** Computes the results of items of one key, in their order. @param first the number of the first item, from 1 */
  readonly run: (items: readonly Item[], first: number) => Promise<readonly Result[]>;
  /** Items of different keys are never in one batch, such as arrays of different shapes. @param number from 1 */
  readonly keyOf: (item: Item, number: number) => string;
  /** Most items of a batch. */
  readonly maxBatch: number;
  /** How long the first item of a batch waits for others while nothing is computed, ms. */
  readonly maxWaitMs: number;
  /** Most items that wait. */
  readonly maxQueue: number;
  /** Whether other items may have arrived that were not read yet: a batch waits for them. */
  readonly mayHaveMore: () => boolean;
}

/** Items of one request that are computed together. */
interface Part<Item, Result> {
  readonly items: readonly Item[];
  readonly key: string;
  /** The number of its first item in the request, from 1. */
  readonly first: number;
  readonly arrived: number;
  readonly isGone: () => boolean;
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The queue is full: the request can be sent again later. */
export class QueueFull extends Error {}

/** The client that waited for the results is gone. */
export class RequestGone extends Error {}

/**
 * Computes the items of many requests in batches, one batch at a time. What has arrived, and what arrives while a batch
 * is computed, is in the next one, so that batches grow with the load and a single request never waits. A batch that
 * fails is computed again request by request: only those fail that are at fault.
 */
export class Batcher<Item, Result> {
  #queue: Part<Item, Result>[] = [];
  #waiting = 0;
  #pumping: Promise<void> | undefined;
  /** Ends the wait for more items. */
  #filled: (() => void) | undefined;

  constructor(private readonly options: BatcherOptions<Item, Result>) {}

  /**
   * @param isGone whether the client is gone: items that are not computed yet are dropped
   * @throws QueueFull; what `run` throws
   */
  async submit(items: readonly Item[], isGone: () => boolean = () => false): Promise<Result[]> {
    const { maxQueue, maxBatch } = this.options;
    // A request larger than the queue is computed where nothing else waits.
    if (this.#waiting > 0 && this.#waiting + items.length > maxQueue) throw new QueueFull();
    const arrived = performance.now();
    const parts = this.#partsOf(items).map(({ key, from, to }) => {
      return new Promise<readonly Result[]>((resolve, reject) => {
        const part = { items: items.slice(from, to), key, first: from + 1, arrived, isGone, resolve, reject };
        this.#queue.push(part);
      });
    });
    this.#waiting += items.length;
    if (this.#waiting >= maxBatch) this.#filled?.();
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
    return (await Promise.all(parts)).flat();
  }

  /** Resolves when nothing is computed and nothing waits. */
  async idle(): Promise<void> {
    while (this.#pumping !== undefined) await this.#pumping;
  }

  /** Runs of items of one key, none larger than a batch. */
  #partsOf(items: readonly Item[]): { readonly key: string; readonly from: number; readonly to: number }[] {
    const { keyOf, maxBatch } = this.options;
    const keys = items.map((item, index) => keyOf(item, index + 1));
    const parts: { key: string; from: number; to: number }[] = [];
    for (const [index, key] of keys.entries()) {
      const last = parts.at(-1);
      if (last?.key === key && index - last.from < maxBatch) last.to = index + 1;
      else parts.push({ key, from: index, to: index + 1 });
    }
    return parts;
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      const batch = this.#take();
      if (batch.length > 0) await this.#compute(batch);
    }
  }

  async #gather(): Promise<void> {
    const { maxWaitMs, maxBatch, mayHaveMore } = this.options;
    const left = this.#queue[0]!.arrived + maxWaitMs - performance.now();
    if (this.#waiting >= maxBatch || (left <= 0 && !mayHaveMore())) return;
    // Other requests that have arrived already are read first.
    if (left <= 0) return new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      this.#filled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#filled = undefined;
  }

  /** Removes the next batch from the queue: the oldest part, and those of its key that fit. */
  #take(): Part<Item, Result>[] {
    const batch: Part<Item, Result>[] = [];
    const later: Part<Item, Result>[] = [];
    let size = 0;
    for (const part of this.#queue) {
      const { items, key } = part;
      if (part.isGone()) {
        this.#waiting -= items.length;
        part.reject(new RequestGone());
      } else if (batch.length === 0 || (key === batch[0]!.key && size + items.length <= this.options.maxBatch)) {
        batch.push(part);
        size += items.length;
      } else later.push(part);
    }
    this.#queue = later;
    this.#waiting -= size;
    return batch;
  }

  async #compute(batch: readonly Part<Item, Result>[]): Promise<void> {
    try {
      const items = batch.flatMap((part) => part.items);
      const results = await this.options.run(items, batch[0]!.first);
      if (results.length !== items.length) {
        throw new Error(`The model returned ${results.length} results for ${items.length} examples.`);
      }
      let at = 0;
      for (const part of batch) {
        part.resolve(results.slice(at, at + part.items.length));
        at += part.items.length;
      }
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const part of batch) await this.#compute([part]);
    }
  }
}
