import { checkOptions } from '../../errors/check-options.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset } from '../indexed.js';
import { iterate } from '../iterate.js';
import { stack } from '../stack.js';
import { type Batched, openStacks } from './batch.js';

export interface WindowOptions {
  /** Elements from the start of one window to the start of the next. Default: the size, so that none overlap. */
  readonly step?: number;
  /** Drop windows at the end that are not full. Default: true. */
  readonly dropRemainder?: boolean;
}

/** Window k stacks the elements from k × step on, up to `size`. */
export function window<T>(source: Dataset<T>, size: number, options: WindowOptions = {}): Dataset<Batched<T>> {
  checkCount('The size of a window', size, 1);
  checkOptions(options, ['step', 'dropRemainder'], {
    of: 'window(size, options)',
    synonyms: { shift: 'step', stride: 'step', hop: 'step', hopLength: 'step', dropLast: 'dropRemainder' },
  });
  const { step = size, dropRemainder = true } = options;
  checkCount('The step of a window', step, 1);
  const count = (length: number): number =>
    dropRemainder ? Math.max(0, Math.floor((length - size) / step) + 1) : Math.ceil(length / step);
  const windows =
    source instanceof IndexedDataset
      ? new IndexedDataset(count(source.length), (epoch) => openStacks(source, epoch, size, step))
      : windowStream(source, size, step, dropRemainder, source.length === undefined ? undefined : count(source.length));
  // `stack` keeps the names, which its type cannot express.
  return windows as Dataset<Batched<T>>;
}

function windowStream<T>(
  source: Dataset<T>,
  size: number,
  step: number,
  dropRemainder: boolean,
  length: number | undefined,
): Dataset<Batch> {
  return {
    length,
    async *read({ epoch, skip }) {
      let first = skip * step;
      let next = first;
      let held: T[] = [];
      for await (const element of iterate(source, { epoch, skip: first })) {
        // Between two windows, where the step is larger than the size.
        if (next++ < first) continue;
        if (held.push(element) < size) continue;
        yield stack(held, first);
        held = held.slice(step);
        first += step;
      }
      for (; held.length > 0 && !dropRemainder; first += step, held = held.slice(step)) yield stack(held, first);
    },
  };
}
