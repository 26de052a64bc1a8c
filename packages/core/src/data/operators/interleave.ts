import type { Dataset, Reader } from '../dataset.js';
import { IndexedDataset, type IndexedEpoch } from '../indexed.js';
import { totalLength } from './concat.js';
import { type InterleaveOptions, Turns } from './interleave-turns.js';

/** Mixes datasets: each in turn, or drawn by weights. One that has ended is skipped until all have. */
export function interleave<T>(sources: readonly Dataset<T>[], options: InterleaveOptions): Dataset<T> {
  const length = totalLength(sources);
  const finite = length !== undefined && length < 2 ** 32;
  if (finite && sources.every((source) => source instanceof IndexedDataset)) {
    return new IndexedDataset<T>(length, (epoch) => indexedEpoch(sources, length, epoch, options));
  }
  return { length, read: ({ epoch, skip }) => mixedStream(sources, epoch, skip, options) };
}

function indexedEpoch<T>(
  sources: readonly IndexedDataset<T>[],
  length: number,
  epoch: number,
  options: InterleaveOptions,
): IndexedEpoch<T> {
  const epochs = sources.map((source) => source.openEpoch(epoch));
  // Computed lazily: an epoch may be opened and never read.
  let order: { readonly places: Uint32Array; readonly indices: Uint32Array } | undefined;
  return {
    at(index) {
      order ??= orderOf(sources, length, epoch, options);
      return epochs[order.places[index]!]!.at(order.indices[index]!);
    },
    dependsOnEpoch: () => options.weights !== undefined || epochs.some((elements) => elements.dependsOnEpoch()),
  };
}

function orderOf(sources: readonly Dataset<unknown>[], length: number, epoch: number, options: InterleaveOptions) {
  const turns = new Turns(sources, epoch, options);
  const [places, indices] = [new Uint32Array(length), new Uint32Array(length)];
  for (let index = 0; index < length; index++) {
    const place = turns.next();
    places[index] = place;
    indices[index] = turns.read[place]!;
    turns.count(place);
  }
  return { places, indices };
}

/**
 * Skips without reading where the lengths are known: then the draws alone say where each dataset continues. Otherwise
 * everything is read, because a draw depends on which datasets have ended.
 */
async function* mixedStream<T>(
  sources: readonly Dataset<T>[],
  epoch: number,
  skip: number,
  options: InterleaveOptions,
): AsyncGenerator<T> {
  const turns = new Turns(sources, epoch, options);
  let left = skip;
  if (sources.every((source) => source.length !== undefined)) {
    for (; left > 0; left--) {
      const place = turns.next();
      if (place < 0) return;
      turns.count(place);
    }
  }
  const readers: (Reader<T> | undefined)[] = sources.map(() => undefined);
  try {
    for (let place = turns.next(); place >= 0; place = turns.next()) {
      const reader = readers[place] ?? sources[place]!.read({ epoch, skip: turns.read[place]! });
      readers[place] = reader;
      const result = await reader.next();
      if (result.done) {
        turns.ended(place);
        continue;
      }
      turns.count(place);
      if (left > 0) left--;
      else yield result.value;
    }
  } finally {
    for (const reader of readers) await reader?.return?.();
  }
}
