import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset } from '../indexed.js';
import { iterate } from '../iterate.js';

export function take<T>(source: Dataset<T>, count: number): Dataset<T> {
  checkCount('The number of elements to take', count, 0);
  if (source instanceof IndexedDataset) return new IndexedDataset<T>(Math.min(count, source.length), source.openEpoch);
  return {
    length: source.length === undefined ? undefined : Math.min(count, source.length),
    async *read({ epoch, skip }) {
      let left = count - skip;
      if (left <= 0) return;
      for await (const element of iterate(source, { epoch, skip })) {
        yield element;
        if (--left === 0) return;
      }
    },
  };
}
