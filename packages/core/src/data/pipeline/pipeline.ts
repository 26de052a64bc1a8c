import { checkOptions, type NoOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { PreparedRow } from '../../preprocessing/fitted-preparation.js';
import {
  type ArrayNames,
  type ArrayPlans,
  Preparation,
  type PrepareOptions,
  type TrainingRows,
} from '../../preprocessing/preparation.js';
import type { Packing } from '../../preprocessing/steps/step.js';
import { RandomStream } from '../../random/random-stream.js';
import type { Row } from '../../tensor/row.js';
import { cacheInMemory, cacheOnDisk } from '../cache/cache.js';
import { type CacheOptions, checkCache } from '../cache/cache-options.js';
import { rowsWith } from '../cells.js';
import { checkCount } from '../check.js';
import type { Dataset, EpochPosition, Reader } from '../dataset.js';
import { iterate } from '../iterate.js';
import { LazyDataset } from '../lazy-dataset.js';
import { type Batched, type BatchOptions, batch } from '../operators/batch.js';
import { bucketByLength } from '../operators/bucket.js';
import { type BucketOptions, checkBuckets } from '../operators/bucket-options.js';
import { checkFilter, type FilterFunction, type FilterOptions, filter } from '../operators/filter.js';
import { isOpened, type MapFunction, type MapOptions, map } from '../operators/map.js';
import { pack } from '../operators/pack.js';
import { type PadBatchOptions, type Padded, padBatch } from '../operators/pad-batch.js';
import { convertsElements, type PadOptions, padSynonyms } from '../operators/pad-options.js';
import { prefetch } from '../operators/prefetch.js';
import { repeat } from '../operators/repeat.js';
import { shard } from '../operators/shard.js';
import { type ShuffleOptions, shuffle } from '../operators/shuffle.js';
import { type FoldOptions, kFold, type SplitName, type SplitOptions, split } from '../operators/split.js';
import { take } from '../operators/take.js';
import { type WindowOptions, window } from '../operators/window.js';

/** What converts the elements of a pipeline: its preprocessing, or the name of an operator. */
export type Conversion = Preparation | string;

/** The reader of a dataset's files, by the name of its format, and its options. */
export interface DatasetSource {
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What is known about the operators of a pipeline. */
interface Chain {
  /** Number of maps: two maps with the same seed must not draw the same numbers. */
  readonly maps: number;
  readonly conversions: readonly Conversion[];
  /** Whether an index is another element in each epoch. */
  readonly reordered: boolean;
  readonly source: DatasetSource | null;
  /** What fills arrays that differ in length, by name: batches pad them. Empty after a batch or a map. */
  readonly padding: Readonly<Record<string, number>>;
  /** What `pack` writes into arrays, by name. */
  readonly packing: Readonly<Record<string, Packing>>;
  /** Whether the next batch is one of similar lengths. */
  readonly buckets: SimilarLengths | null;
}

/** Which lengths are put into one batch, for arrays that steps of `prepare` say how to pad. */
export interface SimilarLengths {
  /** The longest length of each bucket, ascending; one more bucket holds what is longer. */
  readonly boundaries?: readonly number[];
  /** The padded length is a multiple of this number. Default: 8. */
  readonly multiple?: number;
}

/** Each is at most a third or a half longer than the one before: so much is padded at most. */
const usualBoundaries = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];

const mapSynonyms = { numParallelCalls: 'concurrency', numWorkers: 'concurrency' };

const noChain: Chain = {
  maps: 0,
  conversions: [],
  reordered: false,
  source: null,
  padding: {},
  packing: {},
  buckets: null,
};

/**
 * A dataset with chainable operators. Each operator works on the elements at its place in the chain (a shuffle after a
 * batch shuffles batches) and returns a new dataset.
 *
 * Reading from a position yields exactly what reading from the start yields after that many elements. Over arrays a
 * skip is free; over a generator it runs the generator again and discards.
 */
export class Pipeline<T> implements Dataset<T> {
  readonly #source: LazyDataset<T>;
  readonly #chain: Chain;

  private constructor(source: LazyDataset<T>, chain: Chain) {
    this.#source = source;
    this.#chain = chain;
  }

  /**
   * Adds the operators to any dataset.
   * @param source the reader, if it reads a file
   */
  static from<T>(dataset: Dataset<T>, source?: DatasetSource): Pipeline<T> {
    const pipeline = dataset instanceof Pipeline ? dataset : new Pipeline(LazyDataset.of(dataset), noChain);
    return source === undefined ? pipeline : new Pipeline(pipeline.#source, { ...pipeline.#chain, source });
  }

  /**
   * Adds the operators to a dataset that has to be opened first, at the first read or by `open`.
   * @param source the reader, if it reads a file
   */
  static lazy<T>(open: () => Promise<Dataset<T>>, source: DatasetSource | null = null): Pipeline<T> {
    const unwrapped = async () => {
      const dataset = await open();
      return dataset instanceof Pipeline ? dataset.#source.open() : dataset;
    };
    return new Pipeline(new LazyDataset(unwrapped), { ...noChain, source });
  }

  /** An operator on several datasets, which are opened together. @param converts the operator, if it changes elements */
  static join<T, U>(
    datasets: readonly Dataset<T>[],
    operator: (sources: readonly Dataset<T>[]) => Dataset<U>,
    { converts, reorders = false }: { readonly converts?: string; readonly reorders?: boolean } = {},
  ): Pipeline<U> {
    const pipelines = datasets.map((dataset) => Pipeline.from(dataset));
    const chains = pipelines.map((pipeline) => pipeline.#chain);
    const conversions = new Set(chains.flatMap((chain) => chain.conversions));
    const sources = pipelines.map((pipeline) => pipeline.#source);
    return new Pipeline(LazyDataset.join(sources, operator), {
      source: null,
      maps: Math.max(0, ...chains.map(({ maps }) => maps)),
      conversions: converts === undefined ? [...conversions] : [...conversions, converts],
      reordered: reorders || chains.some(({ reordered }) => reordered),
      padding: Object.assign({}, ...chains.map(({ padding }) => padding)),
      packing: Object.assign({}, ...chains.map(({ packing }) => packing)),
      buckets: null,
    });
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
    return this.#then((source) => shuffle(source, seed, options), { reordered: true });
  }

  /**
   * Stacks `size` elements at a time into batches of new arrays; the last may be smaller. Arrays of steps that say how,
   * such as the tokens of texts, are padded to the longest of the batch.
   */
  batch(size: number, options?: BatchOptions): Pipeline<Batched<T>> {
    const { padding, buckets } = this.#chain;
    const [length] = Object.keys(padding);
    const batched = { padding: {}, buckets: null };
    if (length === undefined) return this.#then((source) => batch(source, size, options), batched);
    checkOptions(options, ['dropRemainder'], { of: 'batch(size, options)', synonyms: { dropLast: 'dropRemainder' } });
    if (buckets === null) {
      const padded = { pad: padding, ...options };
      return this.#then((source) => padBatch(source, size, padded) as Dataset<Batched<T>>, batched);
    }
    const similar = { boundaries: usualBoundaries, multiple: 8, ...buckets, ...options, size, length, pad: padding };
    checkBuckets<T>(similar);
    return this.#whenOpen((source) => bucketByLength(source, similar) as Promise<Dataset<Batched<T>>>, batched);
  }

  /** Converts each element; `fn` may be asynchronous, and gets reproducible random numbers. */
  map<U>(fn: MapFunction<T, U>, options: MapOptions = {}): Pipeline<U> {
    return this.#map(fn, options, this.#converted('map'));
  }

  /**
   * Changes training elements at random, as `map` does. Predictions do without it: do not convert with it what the model
   * needs.
   */
  augment<U>(fn: MapFunction<T, U>, options: MapOptions = {}): Pipeline<U> {
    return this.#map(fn, options);
  }

  /**
   * Keeps the elements for which `fn(element, { index })` returns true; `fn` may be asynchronous. Put it before `shuffle`:
   * over data with random access `open` then calls `fn` once for each element, and the result has random access too.
   * Over a stream, after a shuffle or a random map, or with `{ stream: true }`, it decides while it reads.
   */
  filter(fn: FilterFunction<T>, options: FilterOptions = {}): Pipeline<T> {
    checkFilter(fn, options);
    return this.#whenOpen((source) => filter(source, fn, options));
  }

  /**
   * Keeps all elements: read once at the start, then the same in every epoch, with random access. In memory; with
   * `{ file, key }` in a file, for later processes too. The file is written again if the key or the source's length
   * differ, or if it is corrupt. Put it before `shuffle` and random maps. Elements may be numbers, strings, null, arrays,
   * and lists and objects of them; each read gives a copy.
   */
  cache(options?: CacheOptions): Pipeline<T> {
    const place = checkCache(options);
    return this.#whenOpen((source) => (place === undefined ? cacheInMemory(source) : cacheOnDisk(source, place)));
  }

  /** Stacks `size` consecutive elements, from every `step`-th element on, along a new first axis: time series. */
  window(size: number, options?: WindowOptions): Pipeline<Batched<T>> {
    return this.#then((source) => window(source, size, options), this.#converted('window'));
  }

  /** Stacks `size` elements at a time, whose arrays named in `pad` are padded at their ends to the longest of the batch. */
  padBatch(size: number, options: PadBatchOptions): Pipeline<Padded<T>> {
    return this.#then((source) => padBatch(source, size, options), this.#padded('padBatch', options));
  }

  /**
   * Padded batches of elements of similar lengths. A batch comes as soon as its bucket is full, then the rest, shortest
   * first. Shuffle before it: lengths are then still read only once, when it is opened.
   */
  bucketByLength(options: BucketOptions<T>): Pipeline<Padded<T>>;
  /**
   * The next `batch(size)` has elements of similar lengths, padded as the steps of `prepare` say. Without options, for
   * lengths up to 4096.
   */
  bucketByLength(options?: SimilarLengths): Pipeline<T>;
  bucketByLength(options: SimilarLengths | BucketOptions<T> = {}): Pipeline<T> | Pipeline<Padded<T>> {
    const knowsPadding = Object.keys(this.#chain.padding).length > 0;
    const isComplete = ['size', 'length', 'pad'].some((name) => Object.hasOwn(Object(options), name));
    if (!isComplete && (knowsPadding || Object.keys(Object(options)).length === 0)) {
      return this.#withSimilarLengths(options);
    }
    checkBuckets(options as BucketOptions<T>);
    return this.#whenOpen((source) => bucketByLength(source, options as BucketOptions<T>), {
      ...this.#padded('bucketByLength', options as BucketOptions<T>),
      padding: {},
    });
  }

  /**
   * Puts several short texts into each sequence of up to `length` tokens, for decoders: less is padded. The arrays that
   * `prepare` makes of texts are joined; put it before `shuffle`. Positions count through the sequence, and attention is
   * between its texts, unless `sequence_ids` is one of the arrays: then these are the numbers of the texts, from 1 on, and
   * positions are those in each text.
   */
  pack(length: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'pack(length)' });
    const { padding, packing } = this.#chain;
    const names = Object.keys(padding);
    if (names.length === 0) {
      throw new ForgeError('DATA_INVALID', 'pack does not know which arrays to join.', {
        about: 'pack',
        hint: 'Prepare texts with a tokenizer first: prepare({ messages: chat(tokenizer) }).pack(1024).',
      });
    }
    return this.#whenOpen((source) => pack(source, length, names, packing) as unknown as Promise<Dataset<T>>);
  }

  /** Every `count`-th element, from number `index` on: one of `count` parts that together are the whole. */
  shard(index: number, count: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'shard(index, count)' });
    return this.#then((source) => shard(source, index, count));
  }

  /** The first `count` elements of each epoch. */
  take(count: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'take(count)' });
    return this.#then((source) => take(source, count));
  }

  /** Joins `times` passes into one epoch, each pass in its own order. Default: the epoch never ends. */
  repeat(times?: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'repeat(times)' });
    return this.#then((source) => repeat(source, times), { reordered: true });
  }

  /** Reads up to `count` elements ahead of the consumer. Put it last: operators after it have no random access. */
  prefetch(count: number, options?: NoOptions): Pipeline<T> {
    checkOptions(options, [], { of: 'prefetch(count)' });
    return this.#then((source) => prefetch(source, count));
  }

  /**
   * Splits into train, valid and test: at random, by the hash of a key (`by`), or with the same share of each class
   * (`stratify`). The same rows are in the same split in every run, whatever its seed.
   */
  split(options: SplitOptions<T>): Splits<T> {
    return this.#divide('split', split(this.#source, options));
  }

  /** One fold of a cross-validation: `train` and `valid`. */
  kFold(options: FoldOptions<T>): Splits<T> {
    return this.#divide('kFold', kFold(this.#source, options));
  }

  /** Preprocessing fitted on this dataset. To fit it on the training data only, split first, or use `splits`. */
  prepare<P extends ArrayPlans>(arrays: P, options?: PrepareOptions): Pipeline<PreparedRow<ArrayNames<P>>> {
    return this.prepareWith(new Preparation(arrays, trainingRows(this), options));
  }

  /** Applies preprocessing that is fitted on other rows. */
  prepareWith<N extends string>(preparation: Preparation<N>): Pipeline<PreparedRow<N>> {
    if (this.#chain.conversions.some((conversion) => typeof conversion !== 'string')) {
      throw new ForgeError('USAGE', 'prepare was called before.', {
        about: 'prepare',
        hint: 'Give all arrays to one prepare({ … }).',
      });
    }
    const prepared = new LazyDataset(async () => {
      const rows = await this.#source.open();
      const fitted = await preparation.fit();
      const convert: MapFunction<T, PreparedRow> = (row, { index }) => fitted.convert(row as Row, index);
      return map(rows, { name: 'preprocessing', fn: convert, random: RandomStream.of(0, 'prepare') });
    });
    const conversions = [...this.#chain.conversions, preparation];
    const { padding, packing } = preparation;
    return new Pipeline(prepared as LazyDataset<PreparedRow<N>>, { ...this.#chain, conversions, padding, packing });
  }

  /** The rows of epoch 0, of which only some columns are needed: images need not be decoded for their labels. */
  async *rows(columns: readonly string[]): AsyncIterable<Row> {
    const rows = await this.#source.open();
    if (rows.length === Number.POSITIVE_INFINITY) {
      throw new ForgeError('DATA_INVALID', 'The preprocessing cannot be fitted on training rows that never end.', {
        about: 'prepare',
        hint: 'Call prepare before repeat.',
      });
    }
    yield* rowsWith(rows, columns);
  }

  /** The preprocessing of the rows, and other conversions of them by name, in order. */
  get conversions(): readonly Conversion[] {
    return this.#chain.conversions;
  }

  /** The reader of its files; null for other data. */
  get source(): DatasetSource | null {
    return this.#chain.source;
  }

  #divide(operator: string, parts: ReadonlyMap<SplitName, LazyDataset<T>>): Splits<T> {
    if (this.#chain.conversions.some((conversion) => typeof conversion !== 'string')) {
      throw new ForgeError('USAGE', `${operator} after prepare would fit the preprocessing on validation data, too.`, {
        about: operator,
        hint: `Call ${operator} first, then prepare.`,
      });
    }
    if (this.#chain.reordered) {
      throw new ForgeError('USAGE', `${operator} after shuffle or repeat would move rows between train and valid.`, {
        about: operator,
        hint: `Call ${operator} first.`,
      });
    }
    const pipelines = [...parts].map(([name, part]) => [name, new Pipeline(part, this.#chain)] as const);
    return new Splits(Object.fromEntries(pipelines) as SplitPipelines<T>, undefined);
  }

  #map<U>(fn: MapFunction<T, U>, options: MapOptions, change: Partial<Chain> = {}): Pipeline<U> {
    checkOptions(options, ['seed', 'concurrency'], { of: 'map(fn, options)', synonyms: mapSynonyms });
    const { maps } = this.#chain;
    const random = RandomStream.of(options.seed ?? 0, 'map').child(maps);
    const mapping = { name: 'map function', fn, random, concurrency: options.concurrency };
    const source = isOpened(fn) ? this.#source.after(() => fn.open()) : this.#source;
    return new Pipeline(
      source.map((dataset) => map(dataset, mapping)),
      { ...this.#chain, maps: maps + 1, padding: {}, ...change },
    );
  }

  #withSimilarLengths(options: SimilarLengths): Pipeline<T> {
    checkOptions(options, ['boundaries', 'multiple'], { of: 'bucketByLength(options)', synonyms: padSynonyms });
    if (Object.keys(this.#chain.padding).length === 0) {
      throw new ForgeError('DATA_INVALID', 'bucketByLength does not know which arrays to pad.', {
        about: 'bucketByLength',
        hint: "Prepare texts with a tokenizer first; or name the arrays: { size: 32, boundaries: [16, 32], length: 'tokens', pad: { tokens: 0 } }.",
      });
    }
    return new Pipeline(this.#source, { ...this.#chain, buckets: options });
  }

  /** Predictions pad with zeros too. */
  #padded(operator: string, options: PadOptions): Partial<Chain> {
    return convertsElements(options) ? this.#converted(operator) : {};
  }

  #converted(operator: string): Partial<Chain> {
    return { conversions: [...this.#chain.conversions, operator] };
  }

  #then<U>(operator: (source: Dataset<T>) => Dataset<U>, change: Partial<Chain> = {}): Pipeline<U> {
    return new Pipeline(this.#source.map(operator), { ...this.#chain, ...change });
  }

  #whenOpen<U>(operator: (source: Dataset<T>) => Promise<Dataset<U>>, change: Partial<Chain> = {}): Pipeline<U> {
    return new Pipeline(this.#source.mapWhenOpen(operator), { ...this.#chain, ...change });
  }
}

function trainingRows<T>(pipeline: Pipeline<T>): TrainingRows {
  return Object.assign((columns: readonly string[]) => pipeline.rows(columns), { count: () => pipeline.length });
}

type SplitPipelines<T> = { readonly train: Pipeline<T> } & { readonly [N in SplitName]?: Pipeline<T> };

/**
 * The training, validation and test data, for a data config to return. Operators apply to each; those that only make
 * sense in training apply to `train`: `shuffle`, `repeat`, `augment`, and `dropRemainder` of a batch.
 */
export class Splits<T, P extends Preparation | undefined = undefined> {
  readonly [name: string]: unknown;
  readonly train: Pipeline<T>;
  declare readonly valid?: Pipeline<T>;
  declare readonly test?: Pipeline<T>;
  /** The preprocessing: names of classes, sizes of arrays, for the model config. */
  readonly preparation: P;

  constructor(splits: SplitPipelines<T>, preparation: P) {
    this.train = splits.train;
    if (splits.valid !== undefined) this.valid = splits.valid;
    if (splits.test !== undefined) this.test = splits.test;
    this.preparation = preparation;
  }

  /**
   * Converts rows to the model's arrays, with what is learned from `train` only: means, categories, words. The run stores
   * it, so that `forge predict`, `predictRows` and a server take raw rows.
   * @throws ForgeError DATA_INVALID, OPTION_UNKNOWN
   */
  prepare<A extends ArrayPlans>(
    arrays: A,
    options?: PrepareOptions,
  ): Splits<PreparedRow<ArrayNames<A>>, Preparation<ArrayNames<A> | (keyof A & string)>> {
    const preparation = new Preparation<ArrayNames<A> | (keyof A & string)>(arrays, trainingRows(this.train), options);
    return new Splits(
      mapSplits(this, (pipeline) => pipeline.prepareWith(preparation)),
      preparation,
    );
  }

  map<U>(fn: MapFunction<T, U>, options?: MapOptions): Splits<U, P> {
    return this.#each((pipeline) => pipeline.map(fn, options));
  }

  /** Changes the elements of `train` at random: see `Pipeline.augment`. */
  augment<U extends T>(fn: MapFunction<T, U>, options?: MapOptions): Splits<T, P> {
    return this.#train((train): Pipeline<T> => train.augment(fn, options));
  }

  /** Shuffles `train`. */
  shuffle(seed: number, options?: ShuffleOptions): Splits<T, P> {
    return this.#train((train) => train.shuffle(seed, options));
  }

  /** Repeats `train`. */
  repeat(times?: number): Splits<T, P> {
    return this.#train((train) => train.repeat(times));
  }

  /** Keeps the elements of each for which the function returns true. */
  filter(fn: FilterFunction<T>, options?: FilterOptions): Splits<T, P> {
    return this.#each((pipeline) => pipeline.filter(fn, options));
  }

  /** Keeps the elements of each in memory. For a file, cache before the split. */
  cache(options?: NoOptions): Splits<T, P> {
    checkOptions(options, [], { of: 'cache() of splits', synonyms: { file: cacheBefore, key: cacheBefore } });
    return this.#each((pipeline) => pipeline.cache());
  }

  /** Puts several short texts into each sequence of each: see `Pipeline.pack`. */
  pack(length: number, options?: NoOptions): Splits<T, P> {
    return this.#each((pipeline) => pipeline.pack(length, options));
  }

  /** Windows of each; `dropRemainder: false` keeps those that are not full. */
  window(size: number, options?: WindowOptions): Splits<Batched<T>, P> {
    return this.#each((pipeline) => pipeline.window(size, options));
  }

  /** Padded batches of each; `dropRemainder` drops that of `train`. */
  padBatch(size: number, options: PadBatchOptions): Splits<Padded<T>, P> {
    return this.#each((pipeline, name) => pipeline.padBatch(size, keepsRemainder(name, options)));
  }

  /** Padded batches of similar lengths of each; `dropRemainder` drops those of `train`. */
  bucketByLength(options: BucketOptions<T>): Splits<Padded<T>, P>;
  /** The next `batch(size)` of each has elements of similar lengths: see `Pipeline.bucketByLength`. */
  bucketByLength(options?: SimilarLengths): Splits<T, P>;
  bucketByLength(options: SimilarLengths | BucketOptions<T> = {}): Splits<T, P> | Splits<Padded<T>, P> {
    return this.#each((pipeline, name) => pipeline.bucketByLength(keepsRemainder(name, options as BucketOptions<T>)));
  }

  /** Batches of each; `dropRemainder` drops that of `train`. */
  batch(size: number, options: BatchOptions = {}): Splits<Batched<T>, P> {
    return this.#each((pipeline, name) => pipeline.batch(size, keepsRemainder(name, options)));
  }

  prefetch(count: number): Splits<T, P> {
    return this.#each((pipeline) => pipeline.prefetch(count));
  }

  #train(operator: (train: Pipeline<T>) => Pipeline<T>): Splits<T, P> {
    return this.#each((pipeline, name) => (name === 'train' ? operator(pipeline) : pipeline));
  }

  #each<U>(operator: (pipeline: Pipeline<T>, name: SplitName) => Pipeline<U>): Splits<U, P> {
    return new Splits(mapSplits(this, operator), this.preparation);
  }
}

const cacheBefore = 'Call cache({ file, key }) before split: then one file holds all rows.';

/** Every example is evaluated: only training may drop some. */
function keepsRemainder<O extends object>(name: SplitName, options: O): O {
  return name === 'train' || !('dropRemainder' in options) ? options : { ...options, dropRemainder: false };
}

function mapSplits<T, U>(
  { train, valid, test }: SplitPipelines<T>,
  operator: (pipeline: Pipeline<T>, name: SplitName) => Pipeline<U>,
): SplitPipelines<U> {
  return {
    train: operator(train, 'train'),
    ...(valid === undefined ? {} : { valid: operator(valid, 'valid') }),
    ...(test === undefined ? {} : { test: operator(test, 'test') }),
  };
}

/** Datasets that are split already, such as one file each, with the operators of `split`. */
export function splits<T>(datasets: {
  readonly train: Dataset<T>;
  readonly valid?: Dataset<T>;
  readonly test?: Dataset<T>;
}): Splits<T> {
  checkOptions(datasets, ['train', 'valid', 'test'], { of: 'splits({ train, valid, test })', synonyms: splitSynonyms });
  const pipelines = Object.entries(datasets).map(([name, dataset]) => [name, Pipeline.from(dataset as Dataset<T>)]);
  return new Splits(Object.fromEntries(pipelines) as SplitPipelines<T>, undefined);
}

const splitSynonyms = { training: 'train', val: 'valid', validation: 'valid' };
