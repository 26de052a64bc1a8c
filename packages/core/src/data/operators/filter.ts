import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { RandomStream } from '../../random/random-stream.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, reindexed } from '../indexed.js';
import { iterate } from '../iterate.js';
import { nameOfType } from '../to-tensor.js';
import { map } from './map.js';
import { readAll } from './read-all.js';

/**
 * Decides whether an element is kept. It must depend only on the element and its index: it is called once where the
 * kept elements are computed at the start, and again for each epoch of a stream.
 */
export type FilterFunction<T> = (element: T, context: { readonly index: number }) => boolean | Promise<boolean>;

export interface FilterOptions {
  /**
   * Decide while reading, instead of for all elements at the start. For slow functions, and data that is slow to read;
   * the result has no random access. Default: false.
   */
  readonly stream?: boolean;
  /** Maximum concurrent calls of an asynchronous function. Default: 64. */
  readonly concurrency?: number;
}

/** @throws ForgeError for wrong options, and what is no function */
export function checkFilter(fn: unknown, options: FilterOptions): void {
  checkOptions(options, ['stream', 'concurrency'], {
    of: 'filter(fn, options)',
    synonyms: { lazy: 'stream', numParallelCalls: 'concurrency' },
  });
  if (options.concurrency !== undefined) checkCount('The concurrency of a filter', options.concurrency, 1);
  if (typeof fn === 'function') return;
  throw new ForgeError('DATA_INVALID', `filter was given ${nameOfType(fn)}, not a function.`, {
    about: 'filter',
    hint: 'Give a function of an element that returns true to keep it.',
  });
}

/** Over data with random access whose elements are the same in each epoch, the kept ones are computed once: it keeps random access. */
export async function filter<T>(
  source: Dataset<T>,
  fn: FilterFunction<T>,
  { stream = false, concurrency }: FilterOptions,
): Promise<Dataset<T>> {
  const judged = judge(source, fn, concurrency);
  if (stream || !(source instanceof IndexedDataset) || source.length === Number.POSITIVE_INFINITY) {
    return keepStream(judged);
  }
  const kept: number[] = [];
  const fixed = await readAll(judged, ({ keep }, index) => {
    if (keep) kept.push(index);
  });
  if (!fixed) return keepStream(judged);
  const indices = Float64Array.from(kept);
  return new IndexedDataset<T>(indices.length, (epoch) =>
    reindexed(source.openEpoch(epoch), (index) => indices[index]!),
  );
}

interface Judged<T> {
  readonly element: T;
  readonly keep: boolean;
}

function judge<T>(source: Dataset<T>, fn: FilterFunction<T>, concurrency: number | undefined): Dataset<Judged<T>> {
  return map(source, {
    name: 'filter function',
    random: RandomStream.of(0, 'filter'),
    concurrency,
    fn: (element: T, { index }): Judged<T> | Promise<Judged<T>> => {
      const keep = fn(element, { index });
      if (!(keep instanceof Promise)) return { element, keep: checked(keep, index) };
      return keep.then((settled) => ({ element, keep: checked(settled, index) }));
    },
  });
}

function checked(keep: unknown, index: number): boolean {
  if (typeof keep === 'boolean') return keep;
  throw new ForgeError('DATA_INVALID', `The filter function returned ${nameOfType(keep)} for element ${index}.`, {
    about: `element ${index}`,
    hint: 'Return true to keep the element, and false to drop it.',
  });
}

function keepStream<T>(judged: Dataset<Judged<T>>): Dataset<T> {
  return {
    length: undefined,
    async *read({ epoch, skip }) {
      let left = skip;
      for await (const { element, keep } of iterate(judged, { epoch, skip: 0 })) {
        if (keep && left-- <= 0) yield element;
      }
    },
  };
}
