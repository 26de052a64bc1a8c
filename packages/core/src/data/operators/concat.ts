import { ForgeError } from '../../errors/forge-error.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset, type IndexedEpoch } from '../indexed.js';
import { iterate } from '../iterate.js';

/** All elements of the first dataset, then those of the second, and so on. */
export function concat<T>(sources: readonly Dataset<T>[]): Dataset<T> {
  const endless = sources.findIndex((source) => source.length === Number.POSITIVE_INFINITY);
  if (endless >= 0 && endless < sources.length - 1) {
    throw new ForgeError(
      'DATA_INVALID',
      `Dataset ${endless + 1} given to concat never ends: nothing after it is read.`,
      {
        about: 'concat',
        hint: 'Put it last, end it with .take(count), or use interleave.',
      },
    );
  }
  if (sources.every((source) => source instanceof IndexedDataset)) {
    return new IndexedDataset<T>(totalLength(sources)!, (epoch) =>
      joined(
        sources.map((source) => source.length),
        sources.map((source) => source.openEpoch(epoch)),
      ),
    );
  }
  return {
    length: totalLength(sources),
    async *read({ epoch, skip }) {
      let left = skip;
      for (const source of sources) {
        const { length } = source;
        // A dataset that is skipped as a whole is not read if its length is known, otherwise read and counted.
        if (length !== undefined && left >= length) {
          left -= length;
          continue;
        }
        const jump = length === undefined ? 0 : left;
        left -= jump;
        for await (const element of iterate(source, { epoch, skip: jump })) {
          if (left > 0) left--;
          else yield element;
        }
      }
    },
  };
}

/** Undefined if one of the lengths is unknown. */
export function totalLength(sources: readonly Dataset<unknown>[]): number | undefined {
  let total = 0;
  for (const { length } of sources) {
    if (length === undefined) return undefined;
    total += length;
  }
  return total;
}

function joined<T>(lengths: readonly number[], epochs: readonly IndexedEpoch<T>[]): IndexedEpoch<T> {
  return {
    at(index) {
      let place = 0;
      let left = index;
      while (left >= lengths[place]!) left -= lengths[place++]!;
      return epochs[place]!.at(left);
    },
    dependsOnEpoch: () => epochs.some((elements) => elements.dependsOnEpoch()),
  };
}
