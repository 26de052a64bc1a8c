import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { printableText } from '../../text/printable.js';
import type { Dataset } from '../dataset.js';
import { IndexedDataset } from '../indexed.js';
import { readAll } from '../operators/read-all.js';
import { BlockBuilder, ElementPlaces, maxElementBytes } from './cache-blocks.js';
import { writeCacheFile } from './cache-file.js';
import { removeLeftovers } from './cache-leftovers.js';
import { decodeElement, encodeElement } from './element-codec.js';
import { readCacheFile, type VerifiedCache } from './read-cache-file.js';
import { SharedFile } from './shared-file.js';

/** A file of at most this size is kept in memory; from a larger one each element is read when it is needed. */
const memoryBytes = 256 * 1024 * 1024;

/** Keeps the encoded elements in memory. */
export async function cacheInMemory<T>(source: Dataset<T>): Promise<Dataset<T>> {
  const places = new ElementPlaces();
  const blocks: Buffer[] = [];
  await readBlocks(source, (block) => {
    blocks.push(block);
    places.add(block);
  });
  return cachedIn(places, blocks);
}

export interface CacheRequest {
  readonly path: string;
  readonly key: string;
  readonly warn?: (message: string) => void;
  readonly memoryBytes?: number;
}

/** Reads the elements from the file if it is of this key and source; otherwise writes it first. */
export async function cacheOnDisk<T>(source: Dataset<T>, request: CacheRequest): Promise<Dataset<T>> {
  const { path, key, warn = warnOnStderr, memoryBytes: limit = memoryBytes } = request;
  refuseEndless(source);
  await removeLeftovers(path);
  const header = { key, sourceLength: source.length ?? null };
  let found = await readCacheFile(path, header, limit);
  if (typeof found === 'string') warn(`Writing the cache ${path} again: ${found}.`);
  if (found === undefined || typeof found === 'string') {
    await writeCacheFile(path, header, (write) => readBlocks(source, write));
    found = await readCacheFile(path, header, limit);
  }
  if (found === undefined || typeof found === 'string') {
    throw new ForgeError(
      'DATA_INVALID',
      `The cache ${path} was replaced while it was opened: ${found ?? 'it is missing'}.`,
      {
        about: path,
        hint: 'Give each dataset a cache file of its own.',
      },
    );
  }
  const { places, blocks } = found;
  return blocks === undefined ? cachedOnDisk(path, found) : cachedIn(places, blocks);
}

function warnOnStderr(message: string): void {
  process.stderr.write(`Warning: ${printableText(message)}\n`);
}

/** Passes on the elements of epoch 0, in blocks. */
async function readBlocks<T>(source: Dataset<T>, write: (block: Buffer) => unknown): Promise<void> {
  refuseEndless(source);
  const builder = new BlockBuilder();
  const fixed = await readAll(source, (element, index) => {
    const bytes = encodeElement(element, index);
    if (bytes.length > maxElementBytes) {
      const message = `Element ${index} has ${bytes.length} bytes, more than a cache can hold (${maxElementBytes}).`;
      throw new ForgeError('DATA_INVALID', message, { about: `element ${index}` });
    }
    const block = builder.add(bytes);
    return block && write(block);
  });
  if (source instanceof IndexedDataset && source.length > 0 && !fixed) {
    throw new ForgeError('DATA_INVALID', 'cache would keep the order and the random numbers of the first epoch.', {
      about: 'cache',
      hint: 'Put it before shuffle, and before maps that use random or epoch.',
    });
  }
  const last = builder.take();
  if (last !== undefined) await write(last);
}

function refuseEndless(source: Dataset<unknown>): void {
  if (source.length !== Number.POSITIVE_INFINITY) return;
  throw new ForgeError('DATA_INVALID', 'cache was given a dataset that never ends.', {
    about: 'cache',
    hint: 'Put it before repeat, or end the dataset with .take(count).',
  });
}

function cachedIn<T>(places: ElementPlaces, blocks: readonly Buffer[]): Dataset<T> {
  const epoch = {
    at(index: number): T {
      const { block, start, end } = places.of(index);
      return decode(blocks[block]!.subarray(start, end), index);
    },
    dependsOnEpoch: () => false,
  };
  return new IndexedDataset<T>(places.length, () => epoch);
}

function cachedOnDisk<T>(path: string, { places, offsets, identity }: VerifiedCache): Dataset<T> {
  const file = new SharedFile(path, identity);
  const epoch = {
    async at(index: number): Promise<T> {
      const { block, start, end } = places.of(index);
      const bytes = await file.read(offsets[block]! + start, end - start);
      return decode(bytes, index);
    },
    dependsOnEpoch: () => false,
  };
  return new IndexedDataset<T>(places.length, () => epoch);
}

function decode<T>(bytes: Uint8Array, index: number): T {
  try {
    return decodeElement(bytes) as T;
  } catch (error) {
    throw new ForgeError('DATA_INVALID', `Element ${index} of a cache cannot be read: ${messageOf(error)}.`, {
      about: 'cache',
      hint: 'Remove the cache file; the next run writes it again.',
      cause: error,
    });
  }
}
