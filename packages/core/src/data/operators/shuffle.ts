import { checkOptions } from '../../errors/check-options.js';
import { checkSeed } from '../../random/key.js';
import { permutation } from '../../random/permutation.js';
import { RandomStream } from '../../random/random-stream.js';
import { checkCount } from '../check.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, reindexed } from '../indexed.js';

export interface ShuffleOptions {
  /**
   * How many elements of a stream are buffered to draw from. Default: 1024. Data with random access is always shuffled
   * as a whole; the buffer has no effect on it.
   */
  readonly buffer?: number;
}

export function shuffle<T>(source: Dataset<T>, seed: number, options: ShuffleOptions = {}): Dataset<T> {
  checkOptions(options, ['buffer'], { of: 'shuffle(seed, options)', synonyms: { bufferSize: 'buffer' } });
  const { buffer = 1024 } = options;
  checkSeed(seed);
  checkCount('The shuffle buffer', buffer, 1);
  if (source instanceof IndexedDataset && source.length < 2 ** 32) {
    return new IndexedDataset<T>(source.length, (epoch) => {
      // Computed lazily: an epoch may be opened and never read.
      let order: Uint32Array | undefined;
      const indexOf = (index: number): number => {
        order ??= permutation(source.length, seed, epoch);
        return order[index]!;
      };
      const elements = source.openEpoch(epoch);
      const before = elements.order;
      return {
        ...reindexed(elements, indexOf),
        order: before ? { of: before.of, indexOf: (index) => before.indexOf(indexOf(index)) } : { of: source, indexOf },
        dependsOnEpoch: () => true,
      };
    });
  }
  return shuffleStream(source, seed, buffer);
}

/** Buffers `buffer` elements, yields a random one of them and replaces it by the next. Skipping reads and discards. */
function shuffleStream<T>(source: Dataset<T>, seed: number, buffer: number): Dataset<T> {
  return {
    length: source.length,
    async *read({ epoch, skip }) {
      const random = RandomStream.of(seed, 'shuffle').child(epoch);
      const reader = source.read({ epoch, skip: 0 });
      const held: T[] = [];
      let ended = false;
      try {
        for (let index = 0; ; index++) {
          while (!ended && held.length < buffer) {
            const result = await reader.next();
            if (result.done) ended = true;
            else held.push(result.value);
          }
          if (held.length === 0) return;
          const drawn = random.below(held.length);
          const element = held[drawn]!;
          const last = held.pop()!;
          if (drawn < held.length) held[drawn] = last;
          if (index >= skip) yield element;
        }
      } finally {
        await reader.return?.();
      }
    },
  };
}
