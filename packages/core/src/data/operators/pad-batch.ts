import { checkOptions } from '../../errors/check-options.js';
import type { TensorData } from '../../tensor/tensor-data.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset } from '../indexed.js';
import { iterate } from '../iterate.js';
import type { Batched } from './batch.js';
import { together } from './batch.js';
import { checkPadding, type PadOptions, padOptionNames, padSynonyms } from './pad-options.js';
import { stackPadded } from './stack-padded.js';

export interface PadBatchOptions extends PadOptions {
  /** Drop a last batch that is not full. Default: false. */
  readonly dropRemainder?: boolean;
}

/** A padded batch: the arrays of the elements, and those that hold masks and lengths. */
export type Padded<T> = Batched<T> & Readonly<Record<string, TensorData>>;

export function padBatch<T>(source: Dataset<T>, size: number, options: PadBatchOptions): Dataset<Padded<T>> {
  const of = 'padBatch(size, options)';
  checkCount('The batch size', size, 1);
  checkOptions(options, padOptionNames, { of, synonyms: padSynonyms });
  checkPadding(options ?? {}, of);
  const { dropRemainder = false } = options;
  const count = (length: number): number => (dropRemainder ? Math.floor(length / size) : Math.ceil(length / size));
  const batches =
    source instanceof IndexedDataset
      ? new IndexedDataset(count(source.length), (epoch) => {
          const elements = source.openEpoch(epoch);
          return {
            at(index) {
              const first = index * size;
              const length = Math.min(size, source.length - first);
              const indices = Array.from({ length }, (_, offset) => first + offset);
              return together(elements, indices, (examples) => stackPadded(examples, indices, options));
            },
            dependsOnEpoch: elements.dependsOnEpoch,
          };
        })
      : padStream(source, size, options, source.length === undefined ? undefined : count(source.length));
  // The names are kept, which the type of `stackPadded` cannot express.
  return batches as Dataset<Padded<T>>;
}

function padStream<T>(
  source: Dataset<T>,
  size: number,
  options: PadBatchOptions,
  length: number | undefined,
): Dataset<Readonly<Record<string, TensorData>>> {
  return {
    length,
    async *read({ epoch, skip }) {
      let first = skip * size;
      let examples: T[] = [];
      const padded = () =>
        stackPadded(
          examples,
          examples.map((_, offset) => first + offset),
          options,
        );
      for await (const example of iterate(source, { epoch, skip: first })) {
        if (examples.push(example) < size) continue;
        yield padded();
        first += size;
        examples = [];
      }
      if (examples.length > 0 && !options.dropRemainder) yield padded();
    },
  };
}
