import type { FileHandle } from 'node:fs/promises';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { isSha256, sha256 } from '../../fs/checksum.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';
import { isObject } from '../../json/is-object.js';
import { ElementPlaces, maxElementBytes } from './cache-blocks.js';
import { type BlockEntry, type CacheHeader, checksumOf, headBytes, magic, tailBytes, version } from './cache-file.js';

const maxHeaderBytes = 1024 * 1024;
const maxIndexBytes = 512 * 1024 * 1024;
const maxBlockBytes = 2 * maxElementBytes;

/** A cache file whose checksums were verified. */
export interface VerifiedCache {
  readonly places: ElementPlaces;
  /** The blocks; undefined if they are larger than `memoryBytes`. */
  readonly blocks: readonly Buffer[] | undefined;
  /** Where each block starts in the file. */
  readonly offsets: readonly number[];
  /** The file's identity: another one means that it was replaced or changed. */
  readonly identity: string;
}

/**
 * Opens and verifies a cache file.
 * @returns the cache; or why it is not believed; undefined if there is no file
 * @throws ForgeError DATA_INVALID for a file that is no cache file: it must not be replaced
 */
export async function readCacheFile(
  path: string,
  expected: CacheHeader,
  memoryBytes: number,
): Promise<VerifiedCache | string | undefined> {
  try {
    const handle = await openRegularFile(path);
    try {
      return await verify(handle, path, expected, memoryBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fsError(error, path, 'read');
  }
}

async function verify(
  handle: FileHandle,
  path: string,
  expected: CacheHeader,
  memoryBytes: number,
): Promise<VerifiedCache | string> {
  const { size } = await handle.stat();
  const start = await readPart(handle, 0, Math.min(size, headBytes));
  if (!start.subarray(0, magic.length).equals(magic)) {
    throw new ForgeError('DATA_INVALID', `${path} is not a cache file of Forge, and was not replaced.`, {
      about: path,
      hint: 'Give cache another file, or remove this one.',
    });
  }
  if (size < headBytes + tailBytes) return 'it is cut off';
  if (start.readUInt32LE(8) !== version) return `it has version ${start.readUInt32LE(8)}, not ${version}`;
  const blocksFrom = headBytes + start.readUInt32LE(12);
  const tail = await readPart(handle, size - tailBytes, tailBytes);
  const indexBytes = Number(tail.readBigUInt64LE(0));
  const indexFrom = size - tailBytes - indexBytes;
  if (blocksFrom > headBytes + maxHeaderBytes || indexBytes > maxIndexBytes || indexFrom < blocksFrom)
    return 'it is cut off';
  const head = await readPart(handle, 0, blocksFrom);
  const index = await readPart(handle, indexFrom, indexBytes);
  if (!checksumOf(head, index, tail.subarray(0, 8)).equals(tail.subarray(8))) return 'it does not match its checksum';
  const different = differenceOf(parse(head.subarray(headBytes)), expected);
  if (different !== undefined) return different;
  const entries = entriesOf(parse(index), indexFrom - blocksFrom);
  if (entries === undefined) return 'its index is invalid';
  return verifyBlocks(handle, entries, blocksFrom, memoryBytes);
}

function differenceOf(header: unknown, expected: CacheHeader): string | undefined {
  if (!isObject(header)) return 'its header is invalid';
  const { key, sourceLength } = header;
  const shown = (value: unknown) => JSON.stringify(value ?? null).slice(0, 100);
  if (key !== expected.key) return `its key is ${shown(key)}, not ${shown(expected.key)}`;
  if (sourceLength === expected.sourceLength) return undefined;
  const named = (length: unknown) => (length === null ? 'an unknown number of' : shown(length));
  return `its source had ${named(sourceLength)} elements, and now has ${named(expected.sourceLength)}`;
}

function entriesOf(index: unknown, bytes: number): readonly BlockEntry[] | undefined {
  const blocks: unknown = isObject(index) ? index.blocks : undefined;
  if (!Array.isArray(blocks)) return undefined;
  let total = 0;
  for (const entry of blocks) {
    if (!isObject(entry) || !isSha256(entry.checksum)) return undefined;
    if (!Number.isSafeInteger(entry.bytes) || Number(entry.bytes) < 0 || Number(entry.bytes) > maxBlockBytes)
      return undefined;
    total += Number(entry.bytes);
  }
  return total === bytes ? (blocks as readonly BlockEntry[]) : undefined;
}

async function verifyBlocks(
  handle: FileHandle,
  entries: readonly BlockEntry[],
  from: number,
  memoryBytes: number,
): Promise<VerifiedCache | string> {
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const blocks: Buffer[] | undefined = total <= memoryBytes ? [] : undefined;
  const places = new ElementPlaces();
  const offsets: number[] = [];
  let offset = from;
  for (const [number, { bytes, checksum }] of entries.entries()) {
    const block = await readPart(handle, offset, bytes);
    if (sha256(block) !== checksum || !places.add(block)) return `block ${number} does not match its checksum`;
    blocks?.push(block);
    offsets.push(offset);
    offset += bytes;
  }
  return { places, blocks, offsets, identity: await identityOf(handle) };
}

export async function identityOf(handle: FileHandle): Promise<string> {
  const { dev, ino, size, mtimeMs } = await handle.stat();
  return [dev, ino, size, mtimeMs].join(' ');
}

/** @throws Error if the file is shorter */
export async function readPart(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const part = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(part, done, length - done, position + done);
    if (bytesRead === 0) throw new ForgeError('DATA_INVALID', 'The file became shorter while it was read.');
    done += bytesRead;
  }
  return part;
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch (error) {
    return messageOf(error);
  }
}
