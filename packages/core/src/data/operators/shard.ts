import { ForgeError } from '../../errors/forge-error.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, reindexed } from '../indexed.js';
import { iterate } from '../iterate.js';

/** Elements index, index + count, index + 2 × count …: `count` shards hold each element once. */
export function shard<T>(source: Dataset<T>, index: number, count: number): Dataset<T> {
  checkCount('The number of shards', count, 1);
  checkCount('The index of a shard', index, 0);
  if (index >= count) {
    throw new ForgeError('DATA_INVALID', `There is no shard ${index} of ${count}.`, {
      about: 'index',
      hint: `Shards are counted from 0 to ${count - 1}.`,
    });
  }
  const lengthOf = (length: number): number => Math.max(0, Math.ceil((length - index) / count));
  if (source instanceof IndexedDataset) {
    return new IndexedDataset<T>(lengthOf(source.length), (epoch) => {
      return reindexed(source.openEpoch(epoch), (element) => index + element * count);
    });
  }
  return {
    length: source.length === undefined ? undefined : lengthOf(source.length),
    async *read({ epoch, skip }) {
      let before = 0;
      for await (const element of iterate(source, { epoch, skip: index + skip * count })) {
        if (before === 0) yield element;
        before = (before + 1) % count;
      }
    },
  };
}
