import type { TensorData } from '../../tensor/tensor-data.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, type IndexedEpoch } from '../indexed.js';
import { iterate } from '../iterate.js';
import { together } from './batch.js';
import { type BucketOptions, bucketOf } from './bucket-options.js';
import type { Padded } from './pad-batch.js';
import { readAll } from './read-all.js';
import { stackPadded } from './stack-padded.js';

/**
 * Batches elements of similar lengths: each element goes to the bucket of its length, and a bucket that is full is the
 * next batch; at the end, what the buckets still hold, shortest first. With random access (also shuffled), lengths are
 * computed once, and each epoch's batches follow from them without reading.
 */
export async function bucketByLength<T>(source: Dataset<T>, options: BucketOptions<T>): Promise<Dataset<Padded<T>>> {
  const batches = (await indexedBuckets(source, options)) ?? bucketStream(source, options);
  return batches as Dataset<Padded<T>>;
}

type Batches = Dataset<Readonly<Record<string, TensorData>>>;

async function indexedBuckets<T>(source: Dataset<T>, options: BucketOptions<T>): Promise<Batches | undefined> {
  if (!(source instanceof IndexedDataset) || source.length >= 2 ** 32) return undefined;
  const base = source.openEpoch(0).order?.of ?? source;
  // Otherwise the epochs have different elements, and a different number of batches.
  if (base.length !== source.length) return undefined;
  const buckets = new Uint32Array(base.length);
  const fixed = await readAll(base, (element, index) => {
    buckets[index] = bucketOf(element, index, options);
  });
  if (!fixed) return undefined;
  const count = fill(buckets, options).length;
  return new IndexedDataset(count, (epoch) => bucketEpoch(source.openEpoch(epoch), buckets, options));
}

function bucketEpoch<T>(
  elements: IndexedEpoch<T>,
  buckets: Uint32Array,
  options: BucketOptions<T>,
): IndexedEpoch<Readonly<Record<string, TensorData>>> {
  // Computed lazily: an epoch may be opened and never read.
  let batches: readonly (readonly number[])[] | undefined;
  const { order } = elements;
  return {
    at(index) {
      batches ??= fill(order === undefined ? buckets : buckets.map((_, at) => buckets[order.indexOf(at)]!), options);
      const indices = batches[index]!;
      return together(elements, indices, (examples) => stackPadded(examples, indices, options));
    },
    dependsOnEpoch: elements.dependsOnEpoch,
  };
}

/** The indices of the elements of each batch. */
function fill<T>(buckets: Uint32Array, options: BucketOptions<T>): number[][] {
  const batches: number[][] = [];
  const held = new Buckets<number>(options);
  for (let index = 0; index < buckets.length; index++) {
    const full = held.add(buckets[index]!, index);
    if (full !== undefined) batches.push(full);
  }
  return [...batches, ...held.rest()];
}

/** Elements that wait for their batch to be full. */
class Buckets<E> {
  readonly #held: E[][];
  readonly #sizes: readonly number[];
  readonly #dropRemainder: boolean;

  constructor({ boundaries, size, dropRemainder = false }: BucketOptions<never>) {
    this.#held = Array.from({ length: boundaries.length + 1 }, () => []);
    this.#sizes = typeof size === 'number' ? this.#held.map(() => size) : size;
    this.#dropRemainder = dropRemainder;
  }

  /** The batch, if it is full now. */
  add(bucket: number, element: E): E[] | undefined {
    const held = this.#held[bucket]!;
    if (held.push(element) < this.#sizes[bucket]!) return undefined;
    this.#held[bucket] = [];
    return held;
  }

  rest(): E[][] {
    return this.#dropRemainder ? [] : this.#held.filter((held) => held.length > 0);
  }
}

function bucketStream<T>(source: Dataset<T>, options: BucketOptions<T>): Batches {
  return {
    length: undefined,
    async *read({ epoch, skip }) {
      const held = new Buckets<{ readonly element: T; readonly index: number }>(options);
      let [index, left] = [0, skip];
      const padded = (batch: readonly { readonly element: T; readonly index: number }[]) => {
        const [elements, indices] = [batch.map(({ element }) => element), batch.map(({ index }) => index)];
        return stackPadded(elements, indices, options);
      };
      for await (const element of iterate(source, { epoch, skip: 0 })) {
        const full = held.add(bucketOf(element, index, options), { element, index });
        index++;
        if (full !== undefined && left-- <= 0) yield padded(full);
      }
      for (const batch of held.rest()) if (left-- <= 0) yield padded(batch);
    },
  };
}
