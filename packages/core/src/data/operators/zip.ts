import { ForgeError } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import type { Dataset, Reader } from '../dataset.js';
import { IndexedDataset, isPromise } from '../indexed.js';
import { nameOfType } from '../to-tensor.js';
import { settled } from './batch.js';

/** Makes one element of one element from each dataset. */
export type JoinElements<U> = (elements: readonly unknown[], index: number) => U;

/** Element i joins element i of each dataset. Lengths must be equal; an endless dataset fits any. */
export function zip<U>(sources: readonly Dataset<unknown>[], join: JoinElements<U>): Dataset<U> {
  const length = commonLength(sources);
  if (length !== undefined && sources.every((source) => source instanceof IndexedDataset)) {
    return new IndexedDataset<U>(length, (epoch) => {
      const epochs = sources.map((source) => source.openEpoch(epoch));
      return {
        at(index) {
          const elements = epochs.map((elements) => elements.at(index));
          return elements.some(isPromise) ? settled(elements).then((all) => join(all, index)) : join(elements, index);
        },
        dependsOnEpoch: () => epochs.some((elements) => elements.dependsOnEpoch()),
      };
    });
  }
  return {
    length,
    async *read({ epoch, skip }) {
      const readers = sources.map((source) => source.read({ epoch, skip }));
      const endless = sources.map((source) => source.length === Number.POSITIVE_INFINITY);
      try {
        for (let index = skip; ; index++) {
          const results = await settled(readers.map((reader) => nextOf(reader)));
          if (results.some(({ done }, place) => done && !endless[place])) {
            checkEndTogether(
              results.map(({ done }, place) => (endless[place] ? undefined : Boolean(done))),
              index,
            );
            return;
          }
          yield join(
            results.map(({ value }) => value),
            index,
          );
        }
      } finally {
        for (const reader of readers) await reader.return?.();
      }
    },
  };
}

async function nextOf(reader: Reader<unknown>): Promise<IteratorResult<unknown, unknown>> {
  return reader.next();
}

/** Undefined if one is unknown; the reading then checks that all end together. */
function commonLength(sources: readonly Dataset<unknown>[]): number | undefined {
  const lengths = sources.map(({ length }) => length);
  const known = new Set(lengths.filter((length) => length !== undefined && length !== Number.POSITIVE_INFINITY));
  if (known.size > 1) {
    throw new ForgeError('DATA_INVALID', `The datasets given to zip have different lengths: ${lengths.join(', ')}.`, {
      about: 'zip',
      hint: `Shorten the longer ones, for example with .take(${Math.min(...(known as Set<number>))}).`,
    });
  }
  if (lengths.includes(undefined)) return undefined;
  const [length = Number.POSITIVE_INFINITY] = known;
  return length;
}

function checkEndTogether(ended: readonly (boolean | undefined)[], index: number): void {
  const longer = ended.indexOf(false);
  if (longer < 0) return;
  const message = `A dataset given to zip ended after ${index} elements, but number ${longer + 1} has more.`;
  throw new ForgeError('DATA_INVALID', message, {
    about: 'zip',
    hint: `Shorten it, for example with .take(${index}).`,
  });
}

/** Puts each element under the name of its dataset. */
export function joinByName(names: readonly string[]): JoinElements<Readonly<Record<string, unknown>>> {
  return (elements) => Object.fromEntries(names.map((name, place) => [name, elements[place]]));
}

/** Merges the names of the elements. @throws ForgeError DATA_INVALID for a name that two of them have */
export function mergeNames(elements: readonly unknown[], index: number): Readonly<Record<string, unknown>> {
  const merged = new Map<string, unknown>();
  elements.forEach((element, place) => {
    if (!isObject(element) || ArrayBuffer.isView(element)) {
      const message = `Element ${index} of dataset ${place + 1} given to zip is ${nameOfType(element)}, not an object of named values.`;
      throw new ForgeError('DATA_INVALID', message, {
        about: `element ${index}`,
        hint: 'Give names to the datasets, as in zip({ image: images, label: labels }).',
      });
    }
    for (const [name, value] of Object.entries(element)) {
      if (merged.has(name)) {
        throw new ForgeError('DATA_INVALID', `Two of the datasets given to zip have a value called "${name}".`, {
          about: name,
          hint: 'Rename one with map, or give names to the datasets, as in zip({ image: images, label: labels }).',
        });
      }
      merged.set(name, value);
    }
  });
  return Object.fromEntries(merged);
}
