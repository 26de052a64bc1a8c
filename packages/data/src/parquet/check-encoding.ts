import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { damaged } from './damaged.js';

/** Larger blocks of the delta encodings are not written by any library. */
const mostDeltaBlock = 2 ** 16;
/** Bytes that the texts of a page may have together. */
const mostTextBytes = 2 ** 28;

/**
 * Checks the runs of the hybrid of run-length encoding and bit packing: a damaged count of a run would fill the memory.
 * @param start of the first run
 * @param count how many values there are at most
 * @throws UnreadableParquet
 */
export function checkRuns(bytes: Uint8Array, start: number, end: number, bitWidth: number, count: number): void {
  if (bitWidth > 32) throw damaged(`values of ${bitWidth} bits`);
  let seen = 0;
  for (let at = start; at < end && seen < count; ) {
    const header = readVarint(bytes, at, end);
    at = header.next;
    const packed = header.value % 2 === 1;
    const values = Math.floor(header.value / 2) * (packed ? 8 : 1);
    // Bit-packed values come in groups of eight, of which the last may be padded.
    if (values > count - seen + (packed ? 7 : 0)) throw damaged('a run is longer than its page');
    seen += values;
    at += packed ? (values / 8) * bitWidth : Math.ceil(bitWidth / 8);
  }
}

/**
 * Checks the header of delta-encoded integers.
 * @param most how many there are at most
 * @returns how many there are
 * @throws UnreadableParquet
 */
export function checkDeltas(bytes: Uint8Array, start: number, most: number): number {
  const block = readVarint(bytes, start, bytes.length);
  const parts = readVarint(bytes, block.next, bytes.length);
  const count = readVarint(bytes, parts.next, bytes.length).value;
  const valid = block.value > 0 && block.value <= mostDeltaBlock && parts.value > 0 && block.value % parts.value === 0;
  if (!valid) throw damaged('a delta encoding has an invalid block size');
  if (count > most) throw damaged('a delta encoding has more values than its page');
  return count;
}

/** Checks texts that are encoded by the length of what they share with the one before. @throws UnreadableParquet */
export function checkTextDeltas(bytes: Uint8Array, start: number, most: number): void {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: start };
  let total = 0;
  for (let part = 0; part < 2; part++) {
    const lengths = new Int32Array(checkDeltas(bytes, reader.offset, most));
    deltaBinaryUnpack(reader, lengths.length, lengths);
    for (const length of lengths) {
      if (length < 0) throw damaged('a text has a negative length');
      total += length;
    }
  }
  if (total > mostTextBytes) throw damaged('the texts of a page are longer than 256 MiB');
}

function readVarint(bytes: Uint8Array, start: number, end: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = start, scale = 1; at < end && scale < 2 ** 36; at++, scale *= 128) {
    value += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) return { value, next: at + 1 };
  }
  throw damaged('a page ends within a number');
}
