import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { writeAtomically } from '../../fs/atomic-file.js';
import { type Sha256, sha256 } from '../../fs/checksum.js';
import { makeFolder } from '../../fs/durable-folder.js';
import { fsError } from '../../fs/fs-error.js';

/**
 * A cache file, version 1. Numbers are little-endian.
 *
 *     magic      8 bytes: FORGECCH
 *     version    u32: 1
 *     length     u32: bytes of the header
 *     header     JSON: { "key": …, "sourceLength": elements of the source, or null if unknown }
 *     blocks     encoded elements (see `BlockBuilder`)
 *     index      JSON: { "blocks": [{ "bytes": …, "checksum": "sha256:…" }] }
 *     length     u64: bytes of the index
 *     checksum   32 bytes: SHA-256 of everything before the blocks, then the index and its length
 */
export const magic = Buffer.from('FORGECCH');
export const version = 1;
export const headBytes = 16;
export const tailBytes = 40;

/** What a cache file must be of, to be believed. */
export interface CacheHeader {
  readonly key: string;
  readonly sourceLength: number | null;
}

export interface BlockEntry {
  readonly bytes: number;
  readonly checksum: Sha256;
}

/** Writes a cache file, atomically. @param makeBlocks passes each block to the function it gets, and waits for it */
export async function writeCacheFile(
  path: string,
  header: CacheHeader,
  makeBlocks: (write: (block: Buffer) => Promise<void>) => Promise<void>,
): Promise<void> {
  try {
    await makeFolder(dirname(path));
  } catch (error) {
    throw fsError(error, dirname(path), 'create');
  }
  await writeAtomically(path, async (handle) => {
    const head = headOf(header);
    await handle.appendFile(head);
    const entries: BlockEntry[] = [];
    await makeBlocks(async (block) => {
      await handle.appendFile(block);
      entries.push({ bytes: block.length, checksum: sha256(block) });
    });
    const index = Buffer.from(JSON.stringify({ blocks: entries }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(index.length));
    await handle.appendFile(Buffer.concat([index, length, checksumOf(head, index, length)]));
  });
}

function headOf(header: CacheHeader): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(version, 0);
  numbers.writeUInt32LE(text.length, 4);
  return Buffer.concat([magic, numbers, text]);
}

export function checksumOf(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
