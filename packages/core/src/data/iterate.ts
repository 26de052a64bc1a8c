import type { Dataset, EpochPosition } from './dataset.js';

/** An epoch for use in `for await`: leaving the loop early releases the reader. */
export function iterate<T>(dataset: Dataset<T>, position: EpochPosition): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const reader = dataset.read(position);
      return {
        next: async () => reader.next(),
        return: async () => {
          await reader.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
