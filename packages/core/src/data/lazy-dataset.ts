import type { Dataset, EpochPosition, Reader } from './dataset.js';
import { IndexedDataset } from './indexed.js';

/** A dataset that may have to be opened before it is read: a file to parse, statistics to fit. */
export class LazyDataset<T> {
  readonly #open: () => Promise<Dataset<T>>;
  #opening: Promise<Dataset<T>> | undefined;
  #opened: Dataset<T> | undefined;

  constructor(open: () => Promise<Dataset<T>>) {
    this.#open = open;
  }

  /** A dataset that is open. */
  static of<T>(dataset: Dataset<T>): LazyDataset<T> {
    const lazy = new LazyDataset<T>(async () => dataset);
    if (dataset.open === undefined) lazy.#opened = dataset;
    return lazy;
  }

  /** The dataset, once it is open. */
  get opened(): Dataset<T> | undefined {
    return this.#opened;
  }

  /** Opens it once. After a failure the next call tries again. */
  open(): Promise<Dataset<T>> {
    this.#opening ??= this.#openNow().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** An operator on it. Wrong arguments of the operator are reported now, not when the dataset is opened. */
  map<U>(operator: (source: Dataset<T>) => Dataset<U>): LazyDataset<U> {
    if (this.#opened !== undefined) return LazyDataset.of(operator(this.#opened));
    operator(empty);
    return new LazyDataset(async () => operator(await this.open()));
  }

  /** An operator that has to read the dataset, or to wait, before its own dataset can be opened. */
  mapWhenOpen<U>(operator: (source: Dataset<T>) => Promise<Dataset<U>>): LazyDataset<U> {
    return new LazyDataset(async () => operator(await this.open()));
  }

  /** An operator on several datasets. */
  static join<T, U>(
    sources: readonly LazyDataset<T>[],
    operator: (sources: readonly Dataset<T>[]) => Dataset<U>,
  ): LazyDataset<U> {
    const opened = sources.map((source) => source.opened);
    if (opened.every((source) => source !== undefined)) return LazyDataset.of(operator(opened));
    return new LazyDataset(async () => operator(await Promise.all(sources.map((source) => source.open()))));
  }

  /** The same, opened only after something else: what an operator needs. */
  after(prepare: () => Promise<void>): LazyDataset<T> {
    return new LazyDataset(async () => {
      await prepare();
      return this.open();
    });
  }

  read(position: EpochPosition): Reader<T> {
    return this.#opened?.read(position) ?? readWhenOpen(() => this.open(), position);
  }

  async #openNow(): Promise<Dataset<T>> {
    const dataset = await this.#open();
    await dataset.open?.();
    this.#opened = dataset;
    return dataset;
  }
}

const empty = new IndexedDataset<never>(0, () => ({
  at() {
    throw new RangeError('an empty dataset has no elements');
  },
  dependsOnEpoch: () => false,
}));

function readWhenOpen<T>(open: () => Promise<Dataset<T>>, position: EpochPosition): Reader<T> {
  let reading: Promise<Reader<T>> | undefined;
  let ended = false;
  return {
    async next() {
      if (ended) return { done: true, value: undefined };
      reading ??= open().then((dataset) => dataset.read(position));
      return (await reading).next();
    },
    async return() {
      ended = true;
      await (await reading?.catch(() => undefined))?.return?.();
    },
  };
}
