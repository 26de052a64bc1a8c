import { checkOptions } from '../../errors/check-options.js';
import type { Batch, TensorData } from '../../tensor/tensor-data.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, type IndexedEpoch, isPromise } from '../indexed.js';
import { iterate } from '../iterate.js';
import { stack } from '../stack.js';

export interface BatchOptions {
  /** Drop a last batch that is not full. Default: false. */
  readonly dropRemainder?: boolean;
}

/** A batch of examples of type T: the same names, each array with a leading batch dimension. */
export type Batched<T> = { readonly [Name in keyof T]: TensorData };

export function batch<T>(source: Dataset<T>, size: number, options: BatchOptions = {}): Dataset<Batched<T>> {
  checkCount('The batch size', size, 1);
  checkOptions(options, ['dropRemainder'], { of: 'batch(size, options)', synonyms: { dropLast: 'dropRemainder' } });
  const { dropRemainder = false } = options;
  const count = (length: number): number => (dropRemainder ? Math.floor(length / size) : Math.ceil(length / size));
  const batches =
    source instanceof IndexedDataset
      ? new IndexedDataset(count(source.length), (epoch) => openStacks(source, epoch, size))
      : batchStream(source, size, dropRemainder, source.length === undefined ? undefined : count(source.length));
  // `stack` keeps the names, which its type cannot express.
  return batches as Dataset<Batched<T>>;
}

/** Stack k holds the elements from k × step on, up to `size`. */
export function openStacks<T>(
  source: IndexedDataset<T>,
  epoch: number,
  size: number,
  step: number = size,
): IndexedEpoch<Batch> {
  const elements = source.openEpoch(epoch);
  return {
    at(index) {
      const first = index * step;
      const count = Math.min(size, source.length - first);
      if (elements.rows !== undefined) {
        const { table, rowOf } = elements.rows;
        const rows = new Uint32Array(count);
        for (let offset = 0; offset < count; offset++) rows[offset] = rowOf(first + offset);
        return table.gather(rows);
      }
      const indices = Array.from({ length: count }, (_, offset) => first + offset);
      return together(elements, indices, (examples) => stack(examples, first));
    },
    dependsOnEpoch: elements.dependsOnEpoch,
  };
}

/** Joins elements of an epoch that are read at once. */
export function together<T, U>(
  elements: IndexedEpoch<T>,
  indices: readonly number[],
  join: (examples: readonly T[]) => U,
): U | Promise<U> {
  const examples = indices.map((index) => attempt(() => elements.at(index)));
  return examples.some(isPromise) ? settled(examples).then(join) : join(examples as T[]);
}

/** Turns an error into a rejection, so that promises of earlier elements are still awaited. */
function attempt<T>(get: () => T | Promise<T>): T | Promise<T> {
  try {
    return get();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Waits for all, so that the error of the first element is reported, not the earliest error. */
export async function settled<T>(values: readonly (T | Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  for (const result of await Promise.allSettled(values)) {
    if (result.status === 'rejected') throw result.reason;
    results.push(result.value);
  }
  return results;
}

function batchStream<T>(
  source: Dataset<T>,
  size: number,
  dropRemainder: boolean,
  length: number | undefined,
): Dataset<Batch> {
  return {
    length,
    async *read({ epoch, skip }) {
      let first = skip * size;
      let examples: T[] = [];
      for await (const example of iterate(source, { epoch, skip: first })) {
        if (examples.push(example) < size) continue;
        yield stack(examples, first);
        first += size;
        examples = [];
      }
      if (examples.length > 0 && !dropRemainder) yield stack(examples, first);
    },
  };
}
